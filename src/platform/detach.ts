import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '../core/error.ts';

export type Detached = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Where its output goes, once it is known which process it is. In a folder of such files alone. */
  readonly logOf: (pid: number) => string;
  /** Logs that are kept; the oldest are removed. */
  readonly kept: number;
};

/** Starts a process that outlives this one: a session of its own, no terminal, no pipes, the same environment. AppError `store` when it does not start. */
export async function startDetached(wanted: Detached): Promise<{ pid: number; log: string }> {
  try {
    const folder = dirname(wanted.logOf(0));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeOldest(folder, wanted.kept - 1);
    const path = join(folder, `${randomUUID()}.log`);
    return await startInto(wanted, path).finally(() => rm(path, { force: true }));
  } catch (error) {
    throw new AppError('store', `a process of its own could not be started: ${messageOf(error)}`, { cause: error });
  }
}

async function startInto({ command, args, cwd, logOf }: Detached, path: string): Promise<{ pid: number; log: string }> {
  const file = await open(path, 'ax', 0o600);
  try {
    const child: ChildProcess = spawn(command, args, { cwd, detached: true, stdio: ['ignore', file.fd, file.fd] });
    await once(child, 'spawn');
    child.unref();
    if (child.pid === undefined) throw new Error('it has no process number');
    const log = logOf(child.pid);
    await rename(path, log);
    return { pid: child.pid, log };
  } finally {
    await file.close();
  }
}

async function removeOldest(folder: string, kept: number): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.log'));
  if (names.length <= kept) return;
  const logs = (await Promise.all(names.map(name => agedLog(join(folder, name))))).flat();
  const oldest = logs.toSorted((a, b) => a.at - b.at).slice(0, Math.max(0, logs.length - kept));
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}

/** None when another process that starts one has renamed or removed it meanwhile. */
async function agedLog(path: string): Promise<{ path: string; at: number }[]> {
  try {
    return [{ path, at: (await stat(path)).mtimeMs }];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
