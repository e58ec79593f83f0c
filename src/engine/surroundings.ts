import { join } from 'node:path';
import type { Limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { levelsUpToRoot } from '../core/workspace.ts';
import { readMemory, type Surroundings } from './prompt.ts';

type Found = { readonly at: Surroundings; readonly memory: string };

/** What a prompt says of a workspace; read once for each of the newest, again when that failed. */
export function createSurroundings(options: {
  readonly files: Files;
  readonly home: string;
  /** Where the user's own memory files are. */
  readonly userFolders: readonly string[];
  readonly platform: string;
  readonly limits: Limits;
  readonly now: () => number;
}): (cwd: string) => Promise<Found> {
  const { limits } = options;
  const known = new Map<string, Promise<Found>>();
  return cwd => {
    const before = known.get(cwd);
    if (before) return before;
    const found = read(cwd, options);
    known.set(cwd, found);
    const [oldest] = known.keys();
    if (known.size > limits.workspacesRemembered && oldest !== undefined) known.delete(oldest);
    found.catch(() => known.delete(cwd));
    return found;
  };
}

async function read(
  cwd: string,
  { files, home, userFolders, platform, limits, now }: Parameters<typeof createSurroundings>[0],
): Promise<Found> {
  const levels = await levelsUpToRoot(files, cwd);
  const repositories = await Promise.all(levels.map(level => files.stat(join(level, '.git'))));
  const isRepository = repositories.some(stat => stat !== undefined);
  const today = new Date(now()).toISOString().slice(0, 10);
  const at: Surroundings = { cwd, home, levels, platform, today, isRepository };
  return { at, memory: await readMemory(files, at, userFolders, limits) };
}
