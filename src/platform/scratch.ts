import { cp, lstat, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../core/error.ts';

/** An empty folder of its own, 0700, below the system's folder for such things; its real path. */
export async function makeScratch(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'legwork-chaos-')));
}

/** Copies what is in a folder into another one. Links are left out: they would lead back to what was copied. AppError `bad-input` when it is larger than `maxBytes`. */
export async function copyTree(from: string, to: string, maxBytes: number): Promise<void> {
  let bytes = 0;
  await cp(from, to, {
    recursive: true,
    async filter(path) {
      const stat = await lstat(path);
      if (!stat.isFile() && !stat.isDirectory()) return false;
      bytes += stat.isFile() ? stat.size : 0;
      if (bytes > maxBytes)
        throw new AppError('bad-input', `${from} is larger than ${maxBytes} bytes, the most that a rehearsal copies`);
      return true;
    },
  });
}
