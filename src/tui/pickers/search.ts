import fuzzysort from 'fuzzysort';
import type { Item } from './picker.ts';

/** Hits of a search; nobody looks through more. */
const shownHits = 500;
/** Letters that stand very far apart are no hit. What is left comes in the order of its score, so little is lost by being generous. */
const leastScore = 0.2;

/** Finds items by letters of their label or hint in that order, the best first; all in their own order for no letters. */
export function createSearch<T>(items: readonly Item<T>[]): (wanted: string) => readonly Item<T>[] {
  let prepared: ReturnType<typeof prepare<T>> | undefined;
  let last: { readonly wanted: string; readonly hits: readonly Item<T>[] } = { wanted: '', hits: items };

  return wanted => {
    if (wanted === last.wanted) return last.hits;
    prepared ??= prepare(items);
    const hits =
      wanted === ''
        ? items
        : fuzzysort.go(wanted, prepared, { limit: shownHits, threshold: leastScore }).map(({ obj }) => obj);
    last = { wanted, hits };
    return hits;
  };
}

function prepare<T>(items: readonly Item<T>[]) {
  return fuzzysort.snapshot(items, { key: ({ label, hint = '' }) => `${label} ${hint}` });
}
