import type { ToolCall } from '../core/entry.ts';
import type { ProtocolName } from './base-url.ts';

export type CallIds = {
  /** An answer with these calls: the ids that they have on the wire, in their order. */
  begin(calls: readonly ToolCall[]): string[];
  /** The wire id of the open call that a result belongs to; undefined when there is none. */
  answer(callId: string): string | undefined;
};

/** What every protocol but chat completions takes for an id. */
const portable = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Ids of calls as one request uses them: unique over the whole conversation (servers that number the calls of each answer anew
 * repeat them), and in the form that the protocol takes, for answers that came from another provider. Deterministic, so that
 * the next request begins with the same text.
 */
export function createCallIds(protocol: ProtocolName): CallIds {
  const used = new Set<string>();
  let open = new Map<string, string>();

  function wireId(callId: string): string {
    const isKept = protocol === 'openai-chat' ? callId !== '' : portable.test(callId);
    return unique(isKept ? callId : `call_${callId.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 40)}`, used);
  }

  return {
    begin(calls) {
      open = new Map();
      return calls.map(call => {
        const id = wireId(call.callId);
        open.set(call.callId, id);
        return id;
      });
    },
    answer(callId) {
      const id = open.get(callId);
      open.delete(callId);
      return id;
    },
  };
}

/** The id, or the first of `id_2`, `id_3` … that is free; takes it. */
export function unique(id: string, used: Set<string>): string {
  let free = id;
  for (let number = 2; used.has(free); number += 1) free = `${id}_${number}`;
  used.add(free);
  return free;
}
