import type { Limits } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { Broken, type Endpoint, nameOf } from '../failure.ts';
import { brokenByStatus } from '../failure-of-status.ts';
import type { ProtocolRules } from '../protocols/protocol.ts';
import { guardStream } from './guard.ts';
import { createIdle, type Idle } from './idle.ts';
import { readText } from './read-text.ts';
import type { Incoming, Transport } from './transport.ts';

export type GuardedFetchOptions = {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  readonly rules: ProtocolRules;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'sseLineBytes' | 'answerBytes' | 'modelTailMs' | 'modelIdleMs' | 'modelErrorBytes'>;
  /** Ends the request at once when aborted. */
  readonly cut: AbortController;
  readonly onUsage: (usage: Usage) => void;
};

/**
 * A `fetch` for one streamed request of a provider's library. What it rejects with, and what its body fails with, is `Broken` or
 * the reason of `cut`; a response that it resolves with is always an event stream with status 2xx.
 */
export function createGuardedFetch(options: GuardedFetchOptions): typeof fetch {
  const { transport, endpoint, clock, limits, cut } = options;
  return async (input, init = {}) => {
    const idle = createIdle(clock, limits.modelIdleMs, () => {
      const seconds = Math.round(limits.modelIdleMs / 1000);
      cut.abort(new Broken('timeout', `${nameOf(endpoint)} sent nothing of an answer for ${seconds} s.`));
    });
    try {
      const body = typeof init.body === 'string' ? init.body : undefined;
      const headers = { ...plainHeaders(init.headers), accept: 'text/event-stream' };
      const response = await transport.send(
        { url: String(input), method: 'POST', headers, body },
        { endpoint, signal: cut.signal },
      );
      await refuse(response, options);
      return streamResponse(response, idle, options);
    } catch (error) {
      idle.stop();
      throw error;
    }
  };
}

/** Throws when the response is no event stream. */
async function refuse(
  { status, headers, body }: Incoming,
  { endpoint, clock, limits }: GuardedFetchOptions,
): Promise<void> {
  const type = headers['content-type'] ?? '';
  if (status >= 200 && status < 300 && (type === '' || /event-stream/i.test(type))) return;
  const text = await readText(body, limits.modelErrorBytes);
  if (status < 200 || status >= 300) {
    throw brokenByStatus({ status, body: text, retryAfter: headers['retry-after'], now: clock.now() }, endpoint);
  }
  const what = type.split(';', 1)[0];
  throw new Broken(
    'bad-request',
    `${nameOf(endpoint)} answered with ${what} instead of a stream. Is the base URL right?`,
  );
}

function streamResponse(response: Incoming, idle: Idle, options: GuardedFetchOptions): Response {
  const { endpoint, rules, limits, onUsage } = options;
  const letGo = () => response.letGo();
  const guarded = guardStream(response.body, { endpoint, rules, limits, idle, onUsage, letGo });
  return new Response(ReadableStream.from(guarded), {
    status: response.status,
    headers: { 'content-type': 'text/event-stream' },
  });
}

function plainHeaders(headers: RequestInit['headers']): Record<string, string> {
  return Object.fromEntries(new Headers(headers).entries());
}
