import { isAbsolute, join, normalize, sep } from 'node:path';
import { matchesWildcard } from './wildcard.ts';

/**
 * The absolute form of a path pattern: `//x` and `/x` are absolute, `~/x` is below the home directory, `x/y` below `folder`; a pattern without
 * a slash (`.env`, `*.pem`) stands for that name at any depth below `folder`.
 */
export function absolutePattern(pattern: string, folder: string, home: string): string {
  if (pattern.startsWith('/')) return normalize(pattern);
  if (pattern === '~' || pattern.startsWith('~/')) return join(home, pattern.slice(1));
  const relative = pattern.replace(/^\.\//, '');
  if (relative === '*' || relative === '' || relative === '.') return join(folder, '**');
  return relative.includes('/') ? join(folder, relative) : join(folder, '**', relative);
}

/** Whether an absolute path, or a folder that it lies in, matches an absolute pattern. `**` stands for any number of folders, none included. */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesSegments(segments(pattern), segments(normalize(path)));
}

/** True for the folder itself and for everything in it. Both absolute. */
export function isInside(path: string, folder: string): boolean {
  if (!isAbsolute(path)) return false;
  const inner = withoutTrailing(normalize(path));
  const outer = withoutTrailing(normalize(folder));
  return inner === outer || inner.startsWith(outer === sep ? sep : outer + sep);
}

function withoutTrailing(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
}

function segments(path: string): string[] {
  return path.split('/').filter(segment => segment !== '' && segment !== '.');
}

/** `reachable[i]`: the pattern up to `i` can stand for the segments seen so far. Pattern × path steps. */
function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = closed(new Set([0]), pattern);
  if (reachable.has(pattern.length)) return true;
  for (const segment of path) {
    const next = new Set<number>();
    for (const at of reachable) {
      const wanted = pattern[at];
      if (wanted === '**') next.add(at);
      if (wanted !== undefined && wanted !== '**' && matchesWildcard(wanted, segment)) next.add(at + 1);
    }
    reachable = closed(next, pattern);
    // The pattern is used up: what remains of the path lies in the folder that it names.
    if (reachable.has(pattern.length)) return true;
  }
  return false;
}

/** With the places that are reached because `**` may stand for nothing. */
function closed(places: Set<number>, pattern: readonly string[]): Set<number> {
  for (const at of places) if (pattern[at] === '**') places.add(at + 1);
  return places;
}
