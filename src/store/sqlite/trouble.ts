import { isFault } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';

/**
 * Hears of every write that failed. Whoever waits for the store tries again, so a full disk would be a silence: when writes still fail after
 * `limits.recheckMs`, people are told why, and again after `limits.troubleAgainMs`. What fails once is told by whoever asked for it.
 */
export function createTrouble(
  clock: Pick<Clock, 'monotonic'>,
  tell: (message: string) => void,
): (error: unknown) => void {
  let first = Number.NEGATIVE_INFINITY;
  let last = first;
  let told = first;
  return error => {
    if (!isFault(error, 'store')) return;
    const now = clock.monotonic();
    if (now - last > limits.troubleAgainMs) first = now;
    last = now;
    if (now - first < limits.recheckMs || now - told < limits.troubleAgainMs) return;
    told = now;
    tell(`${error.message} Trying again.`);
  };
}
