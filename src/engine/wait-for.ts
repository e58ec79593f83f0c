import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';
import type { Change, Store } from '../store/store.ts';

/**
 * Asks `look` until it returns something: at once, after every commit that `concerns` it (default: all), and every
 * `limits.recheckMs` in case a wake-up was lost. Rejects with the signal's reason when aborted.
 */
export async function waitFor<T>(
  deps: { readonly store: Pick<Store, 'onChange'>; readonly clock: Clock; readonly limits: Limits },
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
  concerns: (change: Change) => boolean = () => true,
): Promise<T> {
  let wake: () => void = () => undefined;
  let isDirty = true;
  const off = deps.store.onChange(change => {
    if (change.kind === 'committed' && !concerns(change)) return;
    isDirty = true;
    wake();
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      isDirty = false;
      const found = await look();
      if (found !== undefined) return found;
      if (isDirty) continue;
      await new Promise<void>(resolve => {
        const cancel = deps.clock.after(deps.limits.recheckMs, done);
        function done(): void {
          cancel();
          signal.removeEventListener('abort', done);
          resolve();
        }
        wake = done;
        signal.addEventListener('abort', done, { once: true });
      });
    }
  } finally {
    off();
  }
}
