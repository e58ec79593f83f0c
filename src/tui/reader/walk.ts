import type { ReaderSource } from './source.ts';

/** A row of a place. */
export type Spot = { readonly place: number; readonly row: number };
/** What a walk asks for. */
export type Ground = {
  readonly next: ReaderSource['next'];
  readonly rows: (place: number) => readonly string[];
};
export type Stretch = {
  readonly spots: readonly Spot[];
  /** What stopped it before it had as many rows as were wanted. */
  readonly stop: 'full' | 'none' | 'fetched';
};

/** Places that draw nothing are passed over, but no more than this in one walk: what is left out then comes with the next. */
const mostPlaces = 10_000;

/** Rows from a spot on downwards, itself the first of them. */
export function walkDown(ground: Ground, from: Spot, wanted: number): Stretch {
  const spots: Spot[] = [];
  let { place, row } = from;
  for (let count = 0; count < mostPlaces && spots.length < wanted; count += 1) {
    const { length } = ground.rows(place);
    for (; row < length && spots.length < wanted; row += 1) spots.push({ place, row });
    if (spots.length === wanted) break;
    const next = ground.next(place, 1);
    if (typeof next === 'string') return { spots, stop: next };
    place = next;
    row = 0;
  }
  return { spots, stop: 'full' };
}

/** Rows above a spot, in the order in which they stand; the spot itself is not among them. */
export function walkUp(ground: Ground, before: Spot, wanted: number): Stretch {
  const spots: Spot[] = [];
  let { place, row } = before;
  for (let count = 0; count < mostPlaces && spots.length < wanted; count += 1) {
    while (row > 0 && spots.length < wanted) {
      row -= 1;
      spots.push({ place, row });
    }
    if (spots.length === wanted) break;
    const next = ground.next(place, -1);
    if (typeof next === 'string') return { spots: spots.reverse(), stop: next };
    place = next;
    row = ground.rows(place).length;
  }
  return { spots: spots.reverse(), stop: 'full' };
}

/** The last rows of all. */
export const theEnd: Spot = { place: Number.POSITIVE_INFINITY, row: 0 };
