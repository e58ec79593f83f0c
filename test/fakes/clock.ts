import type { Clock } from '../../src/core/ports.ts';

export type FakeClock = Clock & {
  /** Lets `ms` pass: runs due timers in order, and what they set off, each at its own time. */
  advance(ms: number): Promise<void>;
  /** The wall clock is set forward or back; timers and durations do not notice. */
  jump(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
};

type Timer = { readonly at: number; readonly run: () => void };

/** Time that passes only when a test says so. Starts at `startMs` (since 1970). */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let offset = startMs;
  let elapsed = 0;
  const timers = new Set<Timer>();

  const after = (ms: number, run: () => void) => {
    const timer = { at: elapsed + Math.max(0, ms), run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after,
    sleep: sleepOn(after),
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let timer = nextDue(timers, end); timer; timer = nextDue(timers, end)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.run();
        await settle();
      }
      elapsed = end;
    },
    jump(ms) {
      offset += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** The earliest timer that is due by `end`; of two at one time, the one that was set first. */
function nextDue(timers: ReadonlySet<Timer>, end: number): Timer | undefined {
  let next: Timer | undefined;
  for (const timer of timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
  return next;
}

/** Everything that promises and finished I/O set off has run. */
const settle = () => new Promise<void>(resolve => setImmediate(resolve));

/** The `sleep` of a clock, made of its `after`. */
export function sleepOn(after: Clock['after']): Clock['sleep'] {
  return (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
}
