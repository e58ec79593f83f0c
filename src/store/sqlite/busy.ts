import { limits } from '../../core/limits.ts';
import type { Clock, Random } from '../../core/ports.ts';
import { isBusy } from './error.ts';

/** Tries again while another process holds the database, with growing jittered waits. The last error is SQLite's own. */
export type RetryBusy = <T>(attempt: () => T) => Promise<T>;

export function createRetryBusy(clock: Pick<Clock, 'monotonic' | 'sleep'>, random: Pick<Random, 'next'>): RetryBusy {
  return async attempt => {
    const since = clock.monotonic();
    for (let round = 0; ; round += 1) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() - since >= limits.storeBusyMs) throw error;
      }
      const longest = Math.min(limits.storeWaitMaxMs, 2 ** round);
      await clock.sleep(1 + random.next() * longest);
    }
  };
}
