import { hash } from 'node:crypto';
import type { ModelRequest } from '../model.ts';
import type { Fault } from './fault.ts';

/**
 * Counts how often one request was made, for `times` of a fault. An attempt that failed leaves no message, so this cannot be
 * read from the conversation: it is the one thing that a script remembers, and a restart forgets it. Keeps the newest `max` requests.
 */
export function createAttempts(max: number) {
  const seen = new Map<string, number>();
  return {
    /** The fault if this attempt still has it. Call once per attempt. */
    faultNow(fault: Fault | undefined, request: ModelRequest): Fault | undefined {
      if (fault?.times === undefined) return fault;
      const key = hash('sha256', JSON.stringify([request.conversation, request.agent, request.messages]), 'hex');
      const attempt = (seen.get(key) ?? 0) + 1;
      seen.delete(key);
      seen.set(key, attempt);
      const oldest = seen.keys().next().value;
      if (seen.size > max && oldest !== undefined) seen.delete(oldest);
      return attempt <= fault.times ? fault : undefined;
    },
  };
}
