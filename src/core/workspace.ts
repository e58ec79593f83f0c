import { dirname, join } from 'node:path';
import type { Files } from './ports.ts';

/** The working directory, its parents and last the repository root (which has `.git`); the working directory alone when it is in no repository. */
export async function levelsUpToRoot(files: Files, cwd: string): Promise<string[]> {
  const levels: string[] = [];
  for (let level = cwd; ; level = dirname(level)) {
    levels.push(level);
    if (await files.stat(join(level, '.git'))) return levels;
    if (dirname(level) === level) return [cwd];
  }
}
