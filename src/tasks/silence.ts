import type { WorkerId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import type { Worker } from '../store/rows.ts';

export type Silence = {
  /** Takes note of the workers that are at work now; returns those whose lease has run out. */
  look(workers: readonly Worker[]): ReadonlySet<WorkerId>;
  /** When the next of them runs out, if nobody renews: from now, in milliseconds. */
  nextMs(): number;
};

/**
 * How long other workers have not renewed their leases, by this process's own clock since it first saw each: two processes need not agree about
 * the time of day, and it may jump (R14). Time in which this process itself could not look (it was stopped, the machine slept) counts for two
 * looks at most, so that a group that wakes up together does not take its members for dead.
 */
export function createSilence(clock: Pick<Clock, 'monotonic'>, limits: Pick<Limits, 'leaseMs' | 'recheckMs'>): Silence {
  let seen: ReadonlyMap<WorkerId, { readonly leaseUntil: number; readonly silentMs: number }> = new Map();
  let lookedAt = clock.monotonic();
  return {
    look(workers) {
      const now = clock.monotonic();
      const passedMs = Math.min(now - lookedAt, 2 * limits.recheckMs);
      lookedAt = now;
      seen = new Map(
        workers.map(({ id, leaseUntil }) => {
          const before = seen.get(id);
          const silentMs = before?.leaseUntil === leaseUntil ? before.silentMs + passedMs : 0;
          return [id, { leaseUntil, silentMs }];
        }),
      );
      return new Set([...seen].filter(([, { silentMs }]) => silentMs >= limits.leaseMs).map(([id]) => id));
    },
    nextMs: () => limits.leaseMs - Math.max(0, ...[...seen.values()].map(({ silentMs }) => silentMs)),
  };
}
