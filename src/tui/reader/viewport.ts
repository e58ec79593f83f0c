import type { Look } from '../../terminal/look.ts';
import { hasWords } from './finding.ts';
import type { ReaderSource } from './source.ts';
import { type Ground, type Spot, theEnd, walkDown, walkUp } from './walk.ts';

/** The part of a source that is seen. It is known by its topmost row, so that nothing moves when the source grows; or it is the end. */
export type Viewport = {
  readonly draw: (look: Look, height: number) => { readonly rows: readonly string[]; readonly isEnd: boolean };
  readonly move: (by: number) => void;
  readonly first: () => void;
  readonly last: () => void;
  /** Rows that a page moves by. */
  readonly page: () => number;
  /** Goes to the next row that has these words; at the last one to the first again. False when there is none. */
  readonly seek: (words: string, step: 1 | -1, isNew: boolean, signal: AbortSignal) => Promise<boolean>;
};

const theBeginning: Spot = { place: Number.NEGATIVE_INFINITY, row: 0 };

export function createViewport(
  source: ReaderSource,
  rowsAt: (place: number, look: Look) => readonly string[],
  start?: number,
): Viewport {
  let top: Spot | 'end' = start === undefined ? 'end' : { place: start, row: 0 };
  let hit: Spot | undefined;
  let height = 1;
  let look: Look | undefined;

  const ground: Ground = {
    next: source.next,
    rows: place => (look && Number.isFinite(place) ? rowsAt(place, look) : []),
  };
  const tail = (most: number) => (look && most > 0 ? (source.tail?.(look, most) ?? []).slice(-most) : []);
  const textOf = (spot: Spot) => ground.rows(spot.place)[spot.row] ?? '';

  /** The topmost row that is seen. */
  function topSpot(): Spot {
    if (top !== 'end') return walkDown(ground, top, 1).spots[0] ?? top;
    return walkUp(ground, theEnd, height - tail(height - 1).length).spots[0] ?? theEnd;
  }

  /** Where what is below fills no screen any more, it is the end that is seen. */
  function settle(spot: Spot): void {
    const { spots, stop } = walkDown(ground, spot, height);
    const left = height - spots.length;
    top = stop === 'none' && tail(height).length <= left ? 'end' : spot;
  }

  function move(by: number): void {
    if (by < 0) {
      const [first] = walkUp(ground, topSpot(), -by).spots;
      if (first) top = first;
    } else if (top !== 'end') {
      const last = walkDown(ground, top, by + 1).spots.at(-1);
      if (last) settle(last);
    }
  }

  function show(spot: Spot): void {
    hit = spot;
    settle(walkUp(ground, spot, Math.floor(height / 3)).spots[0] ?? spot);
  }

  /** The next row of the same place. */
  function withinPlace({ place, row }: Spot, words: string, step: 1 | -1): Spot | undefined {
    const rows = ground.rows(place);
    for (let at = row + step; at >= 0 && at < rows.length; at += step)
      if (hasWords(rows[at] ?? '', words)) return { place, row: at };
    return undefined;
  }

  /** Words that stand across the end of a row are in none: then the place is meant. */
  function rowOf(place: number, words: string, step: 1 | -1): Spot {
    const rows = ground.rows(place);
    const isHit = (row: string) => hasWords(row, words);
    const row = step === 1 ? rows.findIndex(isHit) : rows.findLastIndex(isHit);
    return { place, row: Math.max(0, row) };
  }

  return {
    draw(drawnAs, rows) {
      look = drawnAs;
      height = rows;
      if (top !== 'end') {
        const { spots, stop } = walkDown(ground, top, height);
        const below = stop === 'none' ? tail(height - spots.length) : [];
        if (stop !== 'none' || spots.length + below.length >= height)
          return { rows: [...spots.map(textOf), ...below], isEnd: false };
      }
      const live = tail(height);
      return { rows: [...walkUp(ground, theEnd, height - live.length).spots.map(textOf), ...live], isEnd: true };
    },
    move,
    first() {
      top = theBeginning;
      settle(theBeginning);
    },
    last() {
      top = 'end';
    },
    page: () => Math.max(1, height - 1),
    async seek(words, step, isNew, signal) {
      const from = isNew || !hit ? topSpot() : hit;
      const start = isNew ? { ...from, row: from.row - step } : from;
      const near = withinPlace(start, words, step);
      if (near) {
        show(near);
        return true;
      }
      const place =
        (await source.find(words, from.place, step, signal)) ??
        (await source.find(words, step === 1 ? theBeginning.place : theEnd.place, step, signal));
      if (place === undefined) return false;
      show(rowOf(place, words, step));
      return true;
    },
  };
}
