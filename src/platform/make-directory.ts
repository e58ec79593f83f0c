import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it that are missing. Node's own recursive mkdir never returns below a directory that is there and answers
 * ENOENT to whoever makes another in it, as /proc does.
 */
export async function makeDirectory(path: string, options: { mode?: number }): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    if (await isDirectory(path)) return;
    const parent = dirname(path);
    if (!isMissing(error) || parent === path) throw error;
    if (!(await isDirectory(parent))) await makeDirectory(parent, options);
    await makeLast(path, options);
  }
}

/** Below a directory that is there now; somebody else may have been quicker. */
async function makeLast(path: string, options: { mode?: number }): Promise<void> {
  try {
    await mkdir(path, options);
  } catch (error) {
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  // What cannot be looked at is no directory that could be used; the error of making it says why.
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
