import { basename, dirname, join } from 'node:path';
import type { Files } from '../core/ports.ts';

const maxNames = 3;
const maxListed = 5_000;

/** ` Did you mean a, b?` for a path that does not exist, by names that are there; empty when none is near. */
export async function suggestPaths(files: Files, missing: string): Promise<string> {
  const parent = dirname(missing);
  if (parent === missing) return '';
  const stat = await files.stat(parent);
  if (stat?.kind !== 'directory') {
    const isDeeper = stat === undefined && dirname(parent) !== parent;
    return isDeeper ? ` ${parent} does not exist either.${await suggestPaths(files, parent)}` : '';
  }
  const names = (await files.list(parent)).slice(0, maxListed);
  const near = nearestNames(basename(missing), names);
  return near.length === 0 ? '' : ` Did you mean ${near.map(name => join(parent, name)).join(', ')}?`;
}

/** Names that differ from `wanted` by case, ending or a few letters; the nearest first, three at most. */
function nearestNames(wanted: string, names: readonly string[]): string[] {
  const low = wanted.toLowerCase().slice(0, 255);
  const most = Math.max(2, Math.floor(low.length / 3));
  return names
    .map(name => ({ name, distance: distanceOf(low, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, maxNames)
    .map(({ name }) => name);
}

function distanceOf(wanted: string, name: string): number {
  const sameStem = stemOf(wanted) === stemOf(name) && stemOf(wanted) !== '';
  return sameStem ? Math.min(1, editDistance(wanted, name)) : editDistance(wanted, name);
}

function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** Levenshtein's: letters put in, left out or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
