import type { Look } from '../../terminal/look.ts';

/**
 * What a reader shows: places one below the other, by number, each of so many rows, some of none. It may grow at its end, and may be far
 * larger than what is held in memory: a reader asks only for what is near to what is seen.
 */
export type ReaderSource = {
  /**
   * The nearest place below (1) or above (-1). From `Infinity` upwards it is the last, from `-Infinity` downwards the first. While it is
   * `fetched`, the source calls for a redraw when it is there.
   */
  readonly next: (from: number, step: 1 | -1) => number | 'none' | 'fetched';
  /** Rows of a place that `next` gave, safe to print, none wider than `look.columns`. The same for the same look, always. */
  readonly rows: (place: number, look: Look) => readonly string[];
  /** Rows below the last place that still change (an answer that streams): at most so many, its last ones. */
  readonly tail?: (look: Look, most: number) => readonly string[];
  /** The nearest place in that direction, after `from`, that has `words` in it, in capitals or not. Rejects when `signal` is aborted. */
  readonly find: (words: string, from: number, step: 1 | -1, signal: AbortSignal) => Promise<number | undefined>;
  /** The reader is gone. */
  readonly close: () => void;
};

/** A text that is there as a whole; each of its lines is a place. */
export function textSource(
  lines: readonly string[],
  draw: (line: string, look: Look) => readonly string[],
): ReaderSource {
  return {
    next(from, step) {
      const place = step === 1 ? Math.max(0, from + 1) : Math.min(lines.length - 1, from - 1);
      return place >= 0 && place < lines.length ? place : 'none';
    },
    rows: (place, look) => draw(lines[place] ?? '', look),
    async find(words, from, step) {
      const wanted = words.toLowerCase();
      const isHit = (line: string) => line.toLowerCase().includes(wanted);
      const place =
        step === 1
          ? lines.findIndex((line, index) => index > from && isHit(line))
          : lines.findLastIndex((line, index) => index < from && isHit(line));
      return place === -1 ? undefined : place;
    },
    close: () => undefined,
  };
}
