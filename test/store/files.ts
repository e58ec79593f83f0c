import { join } from 'node:path';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createFolder } from '../fakes/folder.ts';

/** Opens as the program does. */
export function openAt(path: string): Promise<Store> {
  return openSqliteStore({ path, clock: systemClock, random: systemRandom, files: createNodeFiles() });
}

/** A directory that is not there yet, in one that is removed by `dispose`. */
export async function createHome(): Promise<{ home: string; path: string; dispose: () => Promise<void> }> {
  const folder = await createFolder('store');
  const home = join(folder.path, 'home', 'state');
  return { home, path: join(home, 'legwork.db'), dispose: folder.remove };
}
