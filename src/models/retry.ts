import type { Limits } from '../core/limits.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { AttemptEvent } from './attempt.ts';
import { type AttemptFailure, isRepeatable, stoppedMessage } from './failure.ts';
import type { Limiter, RequestEnd } from './limiter.ts';
import type { ModelEvent, ModelFailure } from './model.ts';

export type RetryOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: Pick<
    Limits,
    'modelRetryTotalMs' | 'modelRetries' | 'modelBackoffMinMs' | 'modelBackoffMaxMs' | 'modelUnreachedRetries'
  >;
  readonly limiter: Limiter;
  /** A person waits for the answer; see `Limiter.enter`. */
  readonly isAwaited?: boolean | undefined;
};

/** One attempt; see `attempt`. A `retrying` of its own would mean two loops over one another, and is passed on. */
export type Ask = () => AsyncIterable<AttemptEvent | ModelEvent>;

/**
 * Asks until there is an answer, a failure that no repetition can mend, or no time left. Each attempt passes the limiter; waiting for
 * it and for the next attempt ends at once with the signal. The time for repetitions begins with the first failure.
 */
export async function* askWithRetries(
  ask: Ask,
  options: RetryOptions,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { clock, limiter } = options;
  let firstFailureAt: number | undefined;
  let partialText = '';
  for (let number = 1; ; number += 1) {
    const failure = yield* askOnce(ask, options, signal, partialText);
    if (!failure) return;
    partialText = failure.partialText === '' ? partialText : failure.partialText;
    firstFailureAt ??= clock.monotonic();
    const next = planRetry(failure, number, clock.monotonic() - firstFailureAt, options);
    if (next.kind === 'give-up')
      return yield { type: 'failed', failure: publicFailure(failure, next.message, partialText) };
    if (failure.retryAfterMs !== undefined) limiter.pause(failure.retryAfterMs);
    yield { type: 'retrying', attempt: number + 1, inMs: next.inMs, reason: failure.message };
    try {
      await clock.sleep(next.inMs, { signal });
    } catch {
      // A sleep is only cut short by the signal.
      return yield aborted(signal, partialText);
    }
  }
}

/** One attempt within the limiter. Passes everything on but a failure, which it returns; that of an aborted signal is final. */
async function* askOnce(
  ask: Ask,
  { limiter, isAwaited }: RetryOptions,
  signal: AbortSignal,
  earlierText: string,
): AsyncGenerator<ModelEvent, AttemptFailure | undefined> {
  let leave: (end: RequestEnd) => void;
  try {
    leave = await limiter.enter(signal, isAwaited);
  } catch {
    // Entering only fails with the signal.
    yield aborted(signal, earlierText);
    return undefined;
  }
  let end: RequestEnd = 'other';
  try {
    for await (const event of ask()) {
      if (event.type === 'answered') end = 'answered';
      if (event.type !== 'failed') {
        yield event;
        if (event.type === 'answered') return undefined;
        continue;
      }
      end = isThrottle(event.failure) ? 'throttled' : 'other';
      return event.failure;
    }
  } finally {
    leave(end);
  }
  return { kind: 'protocol', message: 'The model ended its stream without an answer', partialText: '' };
}

const isThrottle = ({ kind, status }: AttemptFailure): boolean => kind === 'throttled' || status === 529;

type Plan = { readonly kind: 'retry'; readonly inMs: number } | { readonly kind: 'give-up'; readonly message: string };

/** Decides whether and when to ask again: full jitter (0 to a bound that doubles), or what the provider asked for plus a little jitter. */
function planRetry(
  failure: AttemptFailure,
  number: number,
  spentMs: number,
  { limits, random, clock }: Pick<RetryOptions, 'limits' | 'random' | 'clock'>,
): Plan {
  const { message, retryAfterMs } = failure;
  if (!isRepeatable(failure.kind)) return { kind: 'give-up', message };
  const leftMs = limits.modelRetryTotalMs - spentMs;
  if (retryAfterMs !== undefined && retryAfterMs > leftMs) {
    return { kind: 'give-up', message: `${sentence(message)} Try again ${whenText(retryAfterMs, clock.now())}.` };
  }
  const most = failure.isUnreached ? Math.min(limits.modelUnreachedRetries, limits.modelRetries) : limits.modelRetries;
  if (number > most)
    return {
      kind: 'give-up',
      message: number === 1 ? message : `${sentence(message)} Gave up after ${number} attempts.`,
    };
  const bound = Math.min(limits.modelBackoffMaxMs, limits.modelBackoffMinMs * 2 ** (number - 1));
  const inMs = Math.round(
    retryAfterMs === undefined ? random.next() * bound : retryAfterMs + random.next() * limits.modelBackoffMinMs,
  );
  if (inMs <= leftMs) return { kind: 'retry', inMs };
  return {
    kind: 'give-up',
    message: `${sentence(message)} Gave up after ${number} attempts in ${durationText(spentMs)}.`,
  };
}

/** Something can follow it. */
function sentence(message: string): string {
  return /[.!?…:]$/.test(message) ? message : `${message}.`;
}

function whenText(inMs: number, now: number): string {
  return `in ${durationText(inMs)} (at ${new Date(now + inMs).toISOString().replace(/\.\d+Z$/, 'Z')})`;
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function publicFailure(
  { isUnreached: _, ...failure }: AttemptFailure,
  message: string,
  partialText: string,
): ModelFailure {
  return { ...failure, message, partialText };
}

function aborted(signal: AbortSignal, partialText: string): ModelEvent {
  return { type: 'failed', failure: { kind: 'aborted', message: stoppedMessage(signal), partialText } };
}
