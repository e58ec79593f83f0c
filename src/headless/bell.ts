import type { Clock } from '../core/ports.ts';

export type Bell = {
  ring(): void;
  /** Resolves at the next ring, at once when it rang since the last call, and after a while in case a ring was lost. */
  rung(): Promise<void>;
};

export function createBell(clock: Pick<Clock, 'after'>, everyMs: number): Bell {
  let hasRung = false;
  let wake: () => void = () => undefined;
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async rung() {
      if (!hasRung) {
        await new Promise<void>(resolve => {
          const cancel = clock.after(everyMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      hasRung = false;
    },
  };
}
