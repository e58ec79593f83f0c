import { AppError } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Clock, Files, Log } from '../../core/ports.ts';

/**
 * Looks at the file itself, at most every `limits.storeLookMs`. SQLite goes on writing to a file that was deleted: that is AppError `store`. A write-ahead log that grows
 * without end means that somebody holds an old snapshot: that is a warning, again each time it has doubled.
 */
export function createFileLook(options: {
  readonly path: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly files: Pick<Files, 'stat'>;
  readonly log?: Pick<Log, 'warn'> | undefined;
  /** What is open is not the file of that path any more. */
  readonly onGone: () => void;
}): () => Promise<void> {
  const { path, clock, files, log, onGone } = options;
  let lookedAt = clock.monotonic();
  let warnAt: number = limits.storeWalWarnBytes;

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
    lookedAt = now;
    const bytes = (await files.stat(`${path}-wal`))?.size ?? 0;
    if (bytes < warnAt) return;
    warnAt = bytes * 2;
    log?.warn('the write-ahead log grows: some program has had the database open for reading for a long time', {
      path,
      bytes,
    });
  };
}
