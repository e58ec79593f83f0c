import type { Clock } from './ports.ts';

const sliceMs = 1_000;

/**
 * Calls `run` when `ms` have passed in which this process could work; returns what cancels it. Time in which the machine slept or the
 * process was stopped counts for two slices at most, so waking up is not a timeout (R14).
 */
export function startDeadline(clock: Pick<Clock, 'monotonic' | 'after'>, ms: number, run: () => void): () => void {
  let cancel = () => {};
  const arm = (left: number) => {
    const begin = clock.monotonic();
    const slice = Math.min(left, sliceMs);
    cancel = clock.after(slice, () => {
      const after = left - Math.max(slice, Math.min(clock.monotonic() - begin, 2 * slice));
      if (after > 0) arm(after);
      else run();
    });
  };
  arm(ms);
  return () => cancel();
}
