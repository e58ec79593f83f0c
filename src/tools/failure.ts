import { isFault, messageOf } from '../core/error.ts';
import type { ToolResult } from './tool.ts';

/** A failure that the model can act on. */
export function failure(message: string): ToolResult {
  return { text: `Error: ${message}`, isError: true };
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ENXIO: 'it is not a regular file',
  ENODEV: 'it is not a regular file',
  EIO: 'the disk failed',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is a program that is running',
};

/** Runs what touches one path; what the system refuses becomes a result, anything else goes on as it is. */
export async function withPathFailures(path: string, run: () => Promise<ToolResult>): Promise<ToolResult> {
  return orPathFailure(path, run, failure);
}

/** The same for what is no result. */
export async function orPathFailure<T>(path: string, run: () => Promise<T>, fail: (message: string) => T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isFault(error)) throw error;
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    return fail(`${path}: ${reasons[code] ?? messageOf(error)}`);
  }
}
