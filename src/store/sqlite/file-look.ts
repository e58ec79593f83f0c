import { AppError } from '../../core/error.ts';
import { type Limits, limits } from '../../core/limits.ts';
import type { Clock, Files, Log } from '../../core/ports.ts';

/**
 * Looks at the file itself, at most every `limits.storeLookMs`. SQLite goes on writing to a file that was deleted: that is AppError `store`. A write-ahead log that grows
 * without end means that somebody holds an old snapshot: that is a warning, again each time it has doubled, and in the end AppError `store` until it could be emptied.
 */
export function createFileLook(options: {
  readonly path: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly files: Pick<Files, 'stat'>;
  readonly log?: Pick<Log, 'warn'> | undefined;
  readonly bounds?: Pick<Limits, 'storeWalWarnBytes' | 'storeWalMaxBytes'> | undefined;
  /** What is open is not the file of that path any more. */
  readonly onGone: () => void;
  /** Copies the write-ahead log into the database and empties it. False when somebody still reads from it. */
  readonly emptyLog: () => Promise<boolean>;
}): () => Promise<void> {
  const { path, clock, files, log, bounds = limits, onGone, emptyLog } = options;
  let lookedAt = clock.monotonic();
  let warnAt: number = bounds.storeWalWarnBytes;

  return async () => {
    const now = clock.monotonic();
    if (now - lookedAt < limits.storeLookMs) return;
    if ((await files.stat(path)) === undefined) {
      onGone();
      throw new AppError(
        'store',
        `Database ${path} was deleted or moved while it was in use. Put it back, or restart Legwork.`,
      );
    }
    const bytes = (await files.stat(`${path}-wal`))?.size ?? 0;
    if (bytes >= bounds.storeWalMaxBytes && !(await emptyLog())) throw tooLong(path, bytes);
    lookedAt = now;
    if (bytes < warnAt) return;
    warnAt = bytes * 2;
    log?.warn('the write-ahead log grows: some program has had the database open for reading for a long time', {
      path,
      bytes,
    });
  };
}

function tooLong(path: string, bytes: number): AppError {
  const size = `${Math.round(bytes / 1024 / 1024)} MB`;
  return new AppError(
    'store',
    `Database ${path}: its write-ahead log has grown to ${size}, because some program has had the database open for reading all the time. Nothing was written. Close that program, and go on.`,
  );
}
