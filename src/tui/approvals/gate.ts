import type { Clock } from '../../core/ports.ts';

/** Whose the keys are while a question stands there. */
export type Gate = {
  /** The question's. */
  readonly isOpen: () => boolean;
  /** A key went to what stood there before: a pause has to follow. */
  readonly passed: () => void;
  readonly close: () => void;
};

/**
 * Keys belong to a question when `graceMs` have gone by since it appeared without one that was meant for something else (R27): whoever is
 * typing when it appears goes on typing, and answers after a pause.
 */
export function createGate(clock: Pick<Clock, 'monotonic' | 'after'>, graceMs: number, onOpen: () => void): Gate {
  let since = clock.monotonic();
  let cancel = clock.after(graceMs, onOpen);
  return {
    isOpen: () => clock.monotonic() - since >= graceMs,
    passed() {
      since = clock.monotonic();
      cancel();
      cancel = clock.after(graceMs, onOpen);
    },
    close: () => cancel(),
  };
}
