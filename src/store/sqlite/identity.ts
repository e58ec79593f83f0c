import { AppError } from '../../core/error.ts';
import type { Files } from '../../core/ports.ts';
import { migrations } from '../migrations/index.ts';
import type { Connection } from './connection.ts';

/** `LEGW`: stands in the file's header (https://sqlite.org/pragma.html#pragma_application_id). */
export const applicationId = 0x4c454757;
export const schemaVersion = migrations.length;

/** Offsets of the database header: https://sqlite.org/fileformat2.html#the_database_header */
const magic = 'SQLite format 3\0';
const headerBytes = 100;
const userVersionAt = 60;
const applicationIdAt = 68;

export type Identity = { readonly applicationId: number; readonly schema: number; readonly isEmpty: boolean };

/**
 * Reads what a file says of itself without SQLite, so that nothing is created beside it. Undefined when it is new, or when the header may be
 * older than the write-ahead log beside it. AppError `store` when it is no SQLite file.
 */
export async function identityOfFile(
  files: Pick<Files, 'stat' | 'readBytes'>,
  path: string,
): Promise<Identity | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined || stat.size === 0) return undefined;
  const header = Buffer.from(await files.readBytes(path, { maxBytes: headerBytes }));
  if (header.toString('latin1', 0, magic.length) !== magic) throw foreign(path, 'is not a SQLite database');
  const wal = await files.stat(`${path}-wal`);
  if (wal !== undefined && wal.size > 0) return undefined;
  const id = header.readInt32BE(applicationIdAt);
  return { applicationId: id, schema: header.readInt32BE(userVersionAt), isEmpty: id === 0 };
}

export function identityOf(connection: Connection): Identity {
  return {
    applicationId: Number(connection.value('PRAGMA application_id')),
    schema: Number(connection.value('PRAGMA user_version')),
    isEmpty: connection.value('SELECT COUNT(*) FROM sqlite_schema') === 0,
  };
}

/** AppError `store` when the database belongs to another program, or to a newer version of this one. */
export function refuseForeign(path: string, identity: Identity): void {
  const isNew = identity.applicationId === 0 && identity.isEmpty;
  if (identity.applicationId !== applicationId && !isNew) throw foreign(path, 'belongs to another program');
  if (identity.schema <= schemaVersion) return;
  throw new AppError(
    'store',
    `Database ${path} has schema version ${identity.schema}; this Legwork knows versions up to ${schemaVersion}. Use the newer Legwork that wrote it, or set LEGWORK_HOME to another directory. Nothing was changed.`,
  );
}

function foreign(path: string, what: string): AppError {
  return new AppError(
    'store',
    `${path} ${what}. Move it away, or set LEGWORK_HOME to another directory. Nothing was changed.`,
  );
}
