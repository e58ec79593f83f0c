import Database from 'better-sqlite3';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { isBusy } from './error.ts';

/** Copies the write-ahead log into the database and empties its file; waits for those who read from it. False when somebody still does after that. */
export async function emptyLog(connection: Connection, retryBusy: RetryBusy): Promise<boolean> {
  try {
    await retryBusy(() => {
      const isBlocked = connection.value('PRAGMA wal_checkpoint(TRUNCATE)') !== 0;
      if (isBlocked) throw new Database.SqliteError('the write-ahead log is being read', 'SQLITE_BUSY');
    });
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
