import { AppError, messageOf } from '../../core/error.ts';

/** SQLite's name of what went wrong, such as `SQLITE_BUSY`; undefined when the error is not the database's. */
function sqliteCode(error: unknown): string | undefined {
  // Not by the name of its class: the bundler gives that another one.
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}

/** Whether the disk failed: what the connection believes of the file is then not to be trusted (a failed fsync is not repeated). */
export function isDiskFailure(error: unknown): boolean {
  const original = error instanceof AppError ? error.cause : error;
  return sqliteCode(original)?.startsWith('SQLITE_IOERR') === true;
}

const remedies: readonly (readonly [code: string, says: string])[] = [
  [
    'SQLITE_FULL',
    'the disk is full. Free some space; what was not acknowledged was not stored, and work goes on after that',
  ],
  [
    'SQLITE_READONLY',
    'it cannot be written to. Check the permissions of the file and its directory and that the file system is not mounted read-only',
  ],
  [
    'SQLITE_CANTOPEN',
    'it cannot be opened. Check that it is a file, and that its directory exists and is yours to write',
  ],
  [
    'SQLITE_IOERR',
    'reading or writing failed. Check the disk (`dmesg`, free space); what was not acknowledged was not stored',
  ],
  ['SQLITE_CORRUPT', 'the file is damaged. Run `legwork doctor`; restore a copy, or move the file away to start anew'],
  ['SQLITE_NOTADB', 'it is not a SQLite database. Move it away or set LEGWORK_HOME to another directory'],
  ['SQLITE_BUSY', 'other processes kept it busy for too long. Look for one that hangs; `legwork doctor` lists them'],
  ['SQLITE_LOCKED', 'other processes kept it busy for too long. Look for one that hangs; `legwork doctor` lists them'],
  ['SQLITE_PERM', 'access to it is not permitted. Check the permissions of the file and its directory'],
  ['SQLITE_AUTH', 'access to it is not permitted. Check the permissions of the file and its directory'],
  ['SQLITE_PROTOCOL', 'its lock cannot be had. Do not keep it on a network file system'],
  ['SQLITE_NOMEM', 'there is not enough memory'],
  ['SQLITE_TOOBIG', 'a value is larger than a row can be (1 GB)'],
];

/** The system's errors while directory and file are made or looked at, as SQLite would call them. */
const sqliteCodes: Readonly<Record<string, string>> = {
  ENOSPC: 'SQLITE_FULL',
  EDQUOT: 'SQLITE_FULL',
  EROFS: 'SQLITE_READONLY',
  EACCES: 'SQLITE_PERM',
  EPERM: 'SQLITE_PERM',
  EIO: 'SQLITE_IOERR',
};

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return sqliteCodes[String(error.code)] ?? 'SQLITE_CANTOPEN';
}

/**
 * The foreseen failure that an error of the database stands for: what, where and what helps. A row that exists already is `conflict`, one that
 * refers to nothing is `not-found`. Errors that only a bug can cause (other constraints, bad SQL) come back as they are.
 */
export function translate(error: unknown, path: string): unknown {
  const code = sqliteCode(error) ?? systemCode(error);
  if (code === undefined) return error;
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    return new AppError('conflict', `It exists already (${messageOf(error)})`, { cause: error });
  }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
    return new AppError('not-found', 'It refers to something that does not exist', { cause: error });
  }
  const remedy = remedies.find(([prefix]) => code.startsWith(prefix));
  return remedy === undefined
    ? error
    : new AppError('store', `Database ${path}: ${remedy[1]}. (${code}: ${messageOf(error)})`, { cause: error });
}
