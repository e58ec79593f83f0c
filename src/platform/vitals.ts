import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Vitals } from '../core/ground.ts';

/** What this process holds, after a collection. Slow: for rehearsals. */
export function vitals(): Vitals {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // What finalizers let go of in the first is collected in the second.
  collect();
  collect();
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heapBytes: process.memoryUsage().heapUsed, handles };
}
