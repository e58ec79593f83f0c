import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';

/** How a request ended, for the cap. `throttled`: the provider said that there are too many. */
export type RequestEnd = 'answered' | 'throttled' | 'other';

export type Limiter = {
  /**
   * Resolves, first come first served, when one more request may be made; the returned function ends it. Rejects with the reason of the signal.
   * `isAwaited`: a person waits for it; it goes before the others, and one at a time goes beyond the cap, so that a conversation is answered
   * however many subagents stream for minutes.
   */
  enter(signal: AbortSignal, isAwaited?: boolean): Promise<(end: RequestEnd) => void>;
  /** Nobody enters for so long: the provider said when to come back. */
  pause(ms: number): void;
  /** Requests that may be in flight at the same time. */
  cap(): number;
};

export type LimiterOptions = {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'requestsStart' | 'requestsMin' | 'requestsMax'>;
};

type Waiter = { readonly admit: () => void; readonly isAwaited: boolean };

/**
 * Bounds the requests in flight to one model of one provider, and learns how many it bears: one more after each window of
 * answers (as many as the cap, and only while at least half of it is in use), half of it when a request is throttled. Requests
 * that began before the last halving tell nothing new, so one wave of refusals halves once.
 */
export function createLimiter({ clock, limits }: LimiterOptions): Limiter {
  const waiting = new Set<Waiter>();
  let cap = Math.min(limits.requestsMax, Math.max(limits.requestsMin, limits.requestsStart));
  let inFlight = 0;
  let awaitedInFlight = 0;
  let answers = 0;
  let generation = 0;
  let pausedUntil = 0;
  let isTimed = false;

  function admitNext(): void {
    const pauseMs = pausedUntil - clock.monotonic();
    if (pauseMs > 0) return void (waiting.size > 0 && later(pauseMs));
    for (const waiter of [...waiting].filter(({ isAwaited }) => isAwaited)) {
      if (inFlight >= cap && awaitedInFlight > 0) break;
      waiting.delete(waiter);
      waiter.admit();
    }
    for (const waiter of waiting) {
      if (inFlight >= cap) return;
      if (waiter.isAwaited) continue;
      waiting.delete(waiter);
      waiter.admit();
    }
  }

  function later(ms: number): void {
    if (isTimed) return;
    isTimed = true;
    clock.after(ms, () => {
      isTimed = false;
      admitNext();
    });
  }

  function begin(isAwaited: boolean): (end: RequestEnd) => void {
    const born = generation;
    let isOpen = true;
    inFlight += 1;
    if (isAwaited) awaitedInFlight += 1;
    return end => {
      if (!isOpen) return;
      isOpen = false;
      learn(end, born);
      inFlight -= 1;
      if (isAwaited) awaitedInFlight -= 1;
      admitNext();
    };
  }

  function learn(end: RequestEnd, born: number): void {
    if (end === 'throttled' && born === generation) {
      generation += 1;
      answers = 0;
      cap = Math.max(limits.requestsMin, Math.floor(cap / 2));
    }
    if (end !== 'answered' || inFlight * 2 < cap) return;
    answers += 1;
    if (answers < cap) return;
    answers = 0;
    cap = Math.min(limits.requestsMax, cap + 1);
  }

  return {
    enter(signal, isAwaited = false) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          waiting.delete(waiter);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          isAwaited,
          admit() {
            signal.removeEventListener('abort', onAbort);
            resolve(begin(isAwaited));
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(waiter);
        admitNext();
      });
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.monotonic() + ms);
    },
    cap: () => cap,
  };
}
