import { AppError } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { isBusy } from './error.ts';

/** Tries again while another process holds the database, with growing jittered waits. The last error is SQLite's own, or says who holds it. */
export type RetryBusy = <T>(attempt: () => T) => Promise<T>;

export type Holder = {
  readonly path: string;
  /** Who keeps everybody from writing, as far as that can be told. */
  readonly find: () => string | undefined;
  /** Told once in a wait that takes `limits.storeBusyWarnMs`. */
  readonly warn: (holder: string) => void;
};

export function createRetryBusy(
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  random: Pick<Random, 'next'>,
  holder?: Holder,
): RetryBusy {
  return async attempt => {
    const since = clock.monotonic();
    let hasWarned = false;
    for (let round = 0; ; round += 1) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        const waitedMs = clock.monotonic() - since;
        if (waitedMs >= limits.storeBusyMs) throw named(error, holder);
        if (!hasWarned && waitedMs >= limits.storeBusyWarnMs) {
          hasWarned = true;
          holder?.warn(holder.find() ?? 'nobody knows which process');
        }
      }
      await clock.sleep(1 + random.next() * longestPause(round, clock.monotonic() - since));
    }
  };
}

function named(error: unknown, holder: Holder | undefined): unknown {
  const who = holder?.find();
  if (holder === undefined || who === undefined) return error;
  const seconds = limits.storeBusyMs / 1000;
  return new AppError('store', `Database ${holder.path} was kept busy for ${seconds} s: ${who}`, { cause: error });
}

/**
 * SQLite keeps no queue of those who wait: whoever looks first after a commit is next. So pauses grow only until a writer is old, and then shrink, or some of
 * many writers would starve (measured with 50: the longest wait is halved).
 */
function longestPause(round: number, waitedMs: number): number {
  const { storeWaitMinMs, storeWaitMaxMs, storeWaitOldMs } = limits;
  const ofAge = (storeWaitMaxMs * storeWaitOldMs) / Math.max(waitedMs, 1);
  return Math.max(storeWaitMinMs, Math.min(storeWaitMaxMs, storeWaitMinMs * 2 ** round, ofAge));
}
