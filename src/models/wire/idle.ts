import { startDeadline } from '../../core/deadline.ts';
import type { Clock } from '../../core/ports.ts';

export type Idle = {
  /** Something of the answer came: the time starts anew, or goes on being stopped. */
  reset(): void;
  /** The reader is busy; what it does not ask for cannot be late. */
  pause(): void;
  resume(): void;
  /** From now on `ms` in all, whatever comes; then `run` instead of what was given at first. */
  replace(ms: number, run: () => void): void;
  stop(): void;
};

/** Calls `onIdle` once when `reset` was not called for `idleMs` of waiting. */
export function createIdle(clock: Clock, idleMs: number, onIdle: () => void): Idle {
  let run = onIdle;
  let leftMs = idleMs;
  let cancel: (() => number) | undefined;
  let isFixed = false;
  let isStopped = false;

  function start(): void {
    if (isStopped || cancel) return;
    cancel = startDeadline(clock, leftMs, () => {
      isStopped = true;
      run();
    });
  }
  function halt(): void {
    if (!cancel) return;
    leftMs = cancel();
    cancel = undefined;
  }
  start();

  return {
    reset() {
      if (isFixed) return;
      const isRunning = cancel !== undefined;
      halt();
      leftMs = idleMs;
      if (isRunning) start();
    },
    pause: halt,
    resume: start,
    replace(ms, next) {
      halt();
      isFixed = true;
      leftMs = ms;
      run = next;
      start();
    },
    stop() {
      halt();
      isStopped = true;
    },
  };
}
