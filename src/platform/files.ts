import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  type FileHandle,
  lstat,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { limits } from '../core/limits.ts';
import type { FileKind, FileStat, Files } from '../core/ports.ts';
import { makeDirectory } from './make-directory.ts';

const readChunk = 1024 * 1024;

/** Files of this machine. `remove` takes a directory with all that is in it and follows no link. */
export function createNodeFiles(): Files {
  return {
    readText: path => readFile(path, 'utf8'),
    readBytes,
    writeAtomic,
    append,
    stat: statOf,
    list: path => readdir(path),
    makeDirectory: (path, options = {}) => makeDirectory(path, options),
    remove: path => rm(path, { recursive: true }),
    rename,
    realPath: path => realPath(path, limits.linksFollowed),
  };
}

async function readBytes(path: string, options: { offset?: number; maxBytes?: number } = {}): Promise<Uint8Array> {
  // Without O_NONBLOCK the opening of a pipe that nobody writes would never return.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Uint8Array[] = [];
    let position = options.offset ?? 0;
    let left = options.maxBytes ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(left, readChunk)), 0, null, position);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      position += bytesRead;
      left -= bytesRead;
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

async function writeAtomic(path: string, data: string | Uint8Array, options: { mode?: number } = {}): Promise<void> {
  const target = await realPath(path, limits.linksFollowed);
  const existing = await statUnless(target);
  const mode = existing ? existing.mode & 0o7777 : options.mode;
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode ?? 0o666);
  try {
    try {
      await writeAll(handle, Buffer.from(data));
      if (existing && process.getuid?.() === 0) await handle.chown(existing.uid, existing.gid);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(target));
}

async function append(path: string, data: string, options: { mode?: number } = {}): Promise<void> {
  const handle = await open(path, 'a', options.mode ?? 0o666);
  try {
    await writeAll(handle, Buffer.from(data));
  } finally {
    await handle.close();
  }
}

/** The system may take fewer bytes than it was given and call that success. */
async function writeAll(handle: FileHandle, data: Uint8Array): Promise<void> {
  let done = 0;
  while (done < data.byteLength) done += (await handle.write(data, done, data.byteLength - done)).bytesWritten;
}

/** Makes a rename durable. Windows has no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOf(path: string): Promise<FileStat | undefined> {
  const found = await statUnless(path);
  return found && { kind: kindOf(found), size: found.size, mtimeMs: found.mtimeMs, mode: found.mode & 0o7777 };
}

async function statUnless(path: string) {
  return stat(path).catch(error => {
    if (isMissing(error) || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  });
}

function kindOf(found: { isFile(): boolean; isDirectory(): boolean }): FileKind {
  if (found.isFile()) return 'file';
  return found.isDirectory() ? 'directory' : 'other';
}

/** A dangling link counts as the place that it points to: that is where a write would land. */
async function realPath(path: string, linksLeft: number): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    const here = join(await realPath(dirname(path), linksLeft), basename(path));
    const link = await lstat(here).catch(nothing => {
      if (isMissing(nothing)) return undefined;
      throw nothing;
    });
    if (!link?.isSymbolicLink()) return here;
    if (linksLeft === 0) throw error;
    return realPath(resolve(dirname(here), await readlink(here)), linksLeft - 1);
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
