import type { Limits } from '../core/limits.ts';
import type { Clock } from '../core/ports.ts';

/** When the live region is drawn. */
export type Pulse = {
  readonly draw: (when: 'now' | 'soon') => void;
  readonly onDraw: (draw: () => void) => void;
  /** While something is at work spinners turn and times go on; `isBusy` is asked at each beat. */
  readonly beat: (isBusy: () => boolean) => void;
  /** Beats so far. */
  readonly beats: () => number;
  readonly close: () => void;
};

/**
 * Keys are drawn at the end of the task that they came in: several of one read in one frame. What streams is gathered for `limits.frameMs`.
 * Nothing is drawn while nothing changes.
 */
export function createPulse(clock: Clock, { frameMs, beatMs }: Pick<Limits, 'frameMs' | 'beatMs'>): Pulse {
  let onDraw: () => void = () => undefined;
  let cancelSoon: (() => void) | undefined;
  let cancelBeat: (() => void) | undefined;
  let isDue = false;
  let beats = 0;
  let isClosed = false;

  function drawNow(): void {
    isDue = false;
    cancelSoon?.();
    cancelSoon = undefined;
    if (!isClosed) onDraw();
  }

  return {
    draw(when) {
      if (isClosed || isDue) return;
      if (when === 'soon') {
        cancelSoon ??= clock.after(frameMs, drawNow);
        return;
      }
      isDue = true;
      queueMicrotask(drawNow);
    },
    onDraw(draw) {
      onDraw = draw;
    },
    beat(isBusy) {
      if (cancelBeat || isClosed) return;
      const next = () => {
        cancelBeat = undefined;
        if (isClosed || !isBusy()) return;
        beats += 1;
        drawNow();
        cancelBeat ??= clock.after(beatMs, next);
      };
      cancelBeat = clock.after(beatMs, next);
    },
    beats: () => beats,
    close() {
      isClosed = true;
      cancelSoon?.();
      cancelBeat?.();
    },
  };
}
