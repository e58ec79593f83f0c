import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Files } from '../../core/ports.ts';
import type { RetryBusy } from './busy.ts';
import { type Connection, createConnection } from './connection.ts';
import { isHalfMade } from './half-made.ts';
import { identityOf, identityOfFile, refuseForeign } from './identity.ts';
import { migrate } from './migrate.ts';
import { createTexts } from './texts.ts';
import { isSafeVersion, oldestSafeVersion } from './version.ts';

/**
 * The connections to one database file: one that writes, and one that reads only what is committed, also while a transaction is open.
 */
export interface SqliteFile {
  readonly path: string;
  reader(): Connection;
  writer(): Connection;
  /** Closes both; they are opened anew when they are next asked for, and the file is verified before it is trusted again. */
  discard(): void;
  close(): void;
}

export type FilePorts = Pick<Files, 'stat' | 'readBytes' | 'makeDirectory' | 'append'>;

/** Opens or creates; refuses before the first write what is not ours to write. Throws AppError `store` or SQLite's own error. */
export async function openFile(path: string, files: FilePorts, retryBusy: RetryBusy): Promise<SqliteFile> {
  const identity = await identityOfFile(files, path);
  if (identity !== undefined) refuseForeign(path, identity);
  const mustRollBack = await isHalfMade(files, path, identity);
  await makeFile(path, files);
  const file = createFile(path);
  try {
    if (mustRollBack) await retryBusy(() => file.writer().value('PRAGMA user_version'));
    refuseOld(await retryBusy(() => file.reader().value('SELECT sqlite_version()')));
    refuseForeign(path, await retryBusy(() => identityOf(file.reader())));
    await retryBusy(() => file.writer().value('PRAGMA journal_mode = WAL'));
    await migrate(file.writer(), path, retryBusy);
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

/** Made before SQLite sees it, because SQLite gives the files beside it the mode of this one, whatever the umask is. */
async function makeFile(path: string, files: FilePorts): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await files.makeDirectory(dirname(path), { mode: 0o700 });
  await files.append(path, '', { mode: 0o600 });
}

function refuseOld(version: unknown): void {
  if (isSafeVersion(String(version))) return;
  throw new AppError(
    'store',
    `SQLite ${version} can corrupt a database that several processes write; ${oldestSafeVersion} or newer is needed. Reinstall Legwork's dependencies.`,
  );
}

function createFile(path: string): SqliteFile {
  const textOf = createTexts();
  let isSuspect = false;
  let open: { reader?: Connection; writer?: Connection } = {};

  const connect = (readonly: boolean) => {
    const database = new Database(path, { readonly, fileMustExist: true, timeout: limits.storeBlockMs });
    const connection = createConnection(database, textOf);
    try {
      if (!readonly) configure(connection);
      if (isSuspect) verify(connection, path);
    } catch (error) {
      database.close();
      throw error;
    }
    return connection;
  };
  const close = () => {
    const { reader, writer } = open;
    open = {};
    reader?.close();
    writer?.close();
  };

  return {
    path,
    reader: () => (open.reader ??= connect(true)),
    writer: () => {
      open.writer ??= connect(false);
      isSuspect = false;
      return open.writer;
    },
    discard() {
      isSuspect = true;
      close();
    },
    close,
  };
}

function configure(connection: Connection): void {
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec('PRAGMA foreign_keys = ON');
  connection.value(`PRAGMA wal_autocheckpoint = ${limits.storeCheckpointPages}`);
  connection.value(`PRAGMA journal_size_limit = ${limits.storeJournalBytes}`);
  connection.exec('PRAGMA temp_store = MEMORY');
  connection.exec('PRAGMA trusted_schema = OFF');
}

function verify(connection: Connection, path: string): void {
  const found = connection.value('PRAGMA quick_check(1)');
  if (found === 'ok') return;
  throw new AppError('store', `Database ${path} is damaged (${found}). Restore a copy, or move it away to start anew.`);
}
