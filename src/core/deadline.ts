import type { Clock } from './ports.ts';

const sliceMs = 1_000;

/**
 * Calls `run` when `ms` have passed in which this process could work; returns what cancels it and says how much was left. Time in which the
 * machine slept or the process was stopped counts for two slices at most, so waking up is not a timeout (R14).
 */
export function startDeadline(clock: Pick<Clock, 'monotonic' | 'after'>, ms: number, run: () => void): () => number {
  let cancel = () => 0;
  const arm = (left: number) => {
    const begin = clock.monotonic();
    const slice = Math.min(left, sliceMs);
    const passed = () => Math.min(clock.monotonic() - begin, 2 * slice);
    const stop = clock.after(slice, () => {
      const after = left - Math.max(slice, passed());
      if (after > 0) arm(after);
      else run();
    });
    cancel = () => {
      stop();
      return Math.max(0, left - passed());
    };
  };
  arm(ms);
  return () => cancel();
}
