import { basename, dirname, join } from 'node:path';
import { AppError } from '../core/error.ts';
import { limits } from '../core/limits.ts';
import type { Clock, Files, Random } from '../core/ports.ts';

/** The file in the folder. */
const held = 'held';

export type LockDeps = {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
  readonly host: string;
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
};

/**
 * Runs `work` while no other process holds the lock of that file. The lock is a folder beside the file with a file in it: a folder can be renamed
 * onto a name that is free or an empty folder, never onto one that holds something, so exactly one of many renames succeeds. A lock
 * that is older than `limits.settingsLockStaleMs` is taken away when its process has died; one that is stopped, or waits for its disk, keeps
 * it, since it would go on to write what it read before. Of processes of other machines only the age is known. `AppError('conflict')`
 * after `limits.settingsLockMs`.
 */
export async function withLock<T>(deps: LockDeps, file: string, work: () => Promise<T>): Promise<T> {
  const { files, random } = deps;
  const lock = join(dirname(file), `.${basename(file)}.lock`);
  const mine = `${lock}-${Buffer.from(random.bytes(8)).toString('hex')}`;
  await files.makeDirectory(mine, { mode: 0o700 });
  try {
    await files.append(join(mine, held), `${deps.pid} ${deps.host}\n`, { mode: 0o600 });
    await acquire(deps, mine, lock);
  } catch (error) {
    await files.remove(mine);
    throw error;
  }
  try {
    return await work();
  } finally {
    // Renamed first: a folder that is being emptied would look free before it is gone.
    await files.rename(lock, mine);
    await files.remove(mine);
  }
}

async function acquire(deps: LockDeps, mine: string, lock: string): Promise<void> {
  const { files, clock, random } = deps;
  const until = clock.monotonic() + limits.settingsLockMs;
  let lookedAt = Number.NEGATIVE_INFINITY;
  while (!(await renamed(files, mine, lock))) {
    const now = clock.monotonic();
    if (now > until) {
      throw new AppError('conflict', `${lock} is held by another process; remove it when no other is running`);
    }
    if (now - lookedAt >= limits.settingsLockStaleMs / 10) {
      if (await isStale(deps, lock)) await removeStale(deps, lock, `${mine}-stale`);
      // The age of a lock is that of this file: it must not grow while one waits.
      await files.append(join(mine, held), '.');
      lookedAt = now;
    }
    await clock.sleep(limits.settingsLockTryMs * (0.1 + 0.9 * random.next()));
  }
}

async function isStale(deps: LockDeps, lock: string): Promise<boolean> {
  const stat = await deps.files.stat(join(lock, held));
  if (stat === undefined || deps.clock.now() - stat.mtimeMs <= limits.settingsLockStaleMs) return false;
  const text = await deps.files.readText(join(lock, held)).catch(released);
  if (text === undefined) return false;
  const [, pid, host] = /^(\d+) (.*)$/m.exec(text) ?? [];
  return host !== deps.host || !deps.isAlive(Number(pid));
}

/** Between two looks the lock was given back. */
function released(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}

/** Of several that see the same stale lock one gets it; one that comes so late that it gets a live lock puts it back. */
async function removeStale(deps: LockDeps, lock: string, grave: string): Promise<void> {
  if (!(await renamed(deps.files, lock, grave))) return;
  if (!(await isStale(deps, grave)) && (await renamed(deps.files, grave, lock))) return;
  await deps.files.remove(grave);
}

async function renamed(files: Files, from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'ENOENT') return false;
    throw error;
  }
}
