import { limits } from '../../core/limits.ts';
import type { Look } from '../../terminal/look.ts';
import type { ReaderSource } from './source.ts';

/** Rows of the places that were drawn last, as long as they are drawn the same way. */
export function createRowCache(source: Pick<ReaderSource, 'rows'>): (place: number, look: Look) => readonly string[] {
  const kept = new Map<number, readonly string[]>();
  let drawnAs = '';
  return (place, look) => {
    const as = `${look.columns} ${look.isAscii} ${look.style('accent', 'x')} ${look.style('dim', 'x')}`;
    if (as !== drawnAs) kept.clear();
    drawnAs = as;
    const known = kept.get(place);
    if (known) return known;
    const rows = source.rows(place, look);
    // What is empty may only be out of sight of its source.
    if (rows.length === 0) return rows;
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= limits.readerPlaces) kept.delete(oldest);
    kept.set(place, rows);
    return rows;
  };
}
