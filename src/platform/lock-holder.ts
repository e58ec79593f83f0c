import { readFileSync, statSync } from 'node:fs';

/** The byte of the `-shm` file that SQLite locks while it writes: https://sqlite.org/walformat.html#wal_locks */
const writeLockAt = 120;

/**
 * Who holds the lock of all writers of a database in write-ahead mode, in words for people; undefined when nobody does, or when the system does not tell
 * (/proc/locks, see proc(5)).
 */
export function lockHolderOf(database: string): string | undefined {
  const pid = tried(() => holderIn(readFileSync('/proc/locks', 'latin1'), statSync(`${database}-shm`).ino));
  if (pid === undefined) return undefined;
  const state = tried(() => /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  if (state !== 'T' && state !== 't') return `process ${pid} writes to it`;
  return `process ${pid} was stopped while it wrote to it; \`kill -CONT ${pid}\` lets it go on, \`kill -KILL ${pid}\` ends it, and nothing that was stored is lost`;
}

function holderIn(locks: string, inode: number): number | undefined {
  for (const line of locks.split('\n')) {
    // "1: POSIX  ADVISORY  WRITE 4711 fe:00:10395685 120 120"
    const [, , , mode, pid, file, first, last] = line.trim().split(/\s+/);
    const isIt = mode === 'WRITE' && file?.endsWith(`:${inode}`) === true;
    if (isIt && Number(first) <= writeLockAt && (last === 'EOF' || Number(last) >= writeLockAt))
      return Number(pid) > 0 ? Number(pid) : undefined;
  }
  return undefined;
}

/** There may be no such file, and a process may end at any moment. */
function tried<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
