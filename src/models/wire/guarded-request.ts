import type { Limits } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { Broken, type Endpoint, nameOf } from '../failure.ts';
import { brokenByStatus } from '../failure-of-status.ts';
import type { ProtocolRules } from '../protocols/protocol.ts';
import { type GuardedFrame, guardStream } from './guard.ts';
import { createIdle } from './idle.ts';
import { readText } from './read-text.ts';
import type { Incoming, Transport } from './transport.ts';

export type GuardedRequestOptions = {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  readonly rules: ProtocolRules;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'sseLineBytes' | 'answerBytes' | 'modelTailMs' | 'modelIdleMs' | 'modelErrorBytes'>;
  /** Ends the request at once when aborted. */
  readonly cut: AbortController;
  readonly onUsage: (usage: Usage) => void;
};

/** Posts JSON and resolves with the events of the answer. Rejects, and its events throw, with `Broken` or the reason of `cut`. */
export type GuardedRequest = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
) => Promise<AsyncIterable<GuardedFrame>>;

export function createGuardedRequest(options: GuardedRequestOptions): GuardedRequest {
  const { transport, endpoint, rules, clock, limits, cut, onUsage } = options;
  return async (url, headers, body) => {
    const idle = createIdle(clock, limits.modelIdleMs, () => {
      const seconds = Math.round(limits.modelIdleMs / 1000);
      cut.abort(new Broken('timeout', `${nameOf(endpoint)} sent nothing of an answer for ${seconds} s.`));
    });
    try {
      const outgoing = { url, method: 'POST', headers: { ...headers, accept: 'text/event-stream' }, body } as const;
      const response = await transport.send(outgoing, { endpoint, signal: cut.signal });
      await refuse(response, options);
      return guardStream(response.body, { endpoint, rules, limits, idle, onUsage, letGo: () => response.letGo() });
    } catch (error) {
      idle.stop();
      throw error;
    }
  };
}

/** Throws when the response is no event stream. */
async function refuse({ status, headers, body }: Incoming, options: GuardedRequestOptions): Promise<void> {
  const { endpoint, clock, limits } = options;
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
