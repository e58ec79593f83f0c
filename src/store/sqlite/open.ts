import { AppError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { createOwnBodies } from '../mapping/own-bodies.ts';
import type { Runner } from '../queries/query.ts';
import { streamsOfChat } from '../queries/streams.ts';
import { createReader } from '../reader.ts';
import type { Change, Store } from '../store.ts';
import type { Effects } from '../tx.ts';
import { createRetryBusy, type RetryBusy } from './busy.ts';
import { createCommits } from './commits.ts';
import { type FilePorts, openFile, type SqliteFile } from './database.ts';
import { emptyLog } from './empty-log.ts';
import { translate } from './error.ts';
import { createFileLook } from './file-look.ts';
import { identityOf } from './identity.ts';
import { writeStream } from './streams.ts';
import { createTrouble } from './trouble.ts';
import { createWatch } from './watch.ts';

export type SqliteOptions = {
  /** Absolute path of the database file; its directory is made when it is missing. */
  readonly path: string;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly random: Pick<Random, 'next'>;
  readonly files: FilePorts;
  readonly log?: Pick<Log, 'warn'> | undefined;
  /** Hears, in a sentence for people, that writes have failed for a while. */
  readonly onTrouble?: ((message: string) => void) | undefined;
  /** Who keeps others from writing, in words; undefined when that cannot be told. */
  readonly lockHolder?: ((path: string) => string | undefined) | undefined;
  readonly bounds?: Pick<Limits, 'storeWalWarnBytes' | 'storeWalMaxBytes'> | undefined;
};

/**
 * The store in one SQLite file, for any number of processes of one machine. AppError `store` when the file is not ours, is from a newer version, or cannot be
 * opened; it names the path and what helps.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, clock, random, files, log, lockHolder } = options;
  const retryBusy = createRetryBusy(clock, random, {
    path,
    find: () => lockHolder?.(path),
    warn: holder => log?.warn('the database has been kept busy by another process for a while', { path, holder }),
  });
  const file = await openFile(path, files, retryBusy).catch((error: unknown) => {
    throw translate(error, path);
  });
  return createStore(file, retryBusy, options);
}

function createStore(file: SqliteFile, retryBusy: RetryBusy, options: SqliteOptions): Store {
  const { path } = file;
  const listeners = new Set<(change: Change) => void>();
  let isClosed = false;

  const refuseClosed = () => {
    if (isClosed) throw closedError(path);
  };
  const tell = (change: Change) => {
    for (const listener of [...listeners]) callApart(() => listener(change));
  };
  const troubled = createTrouble(options.clock, message => options.onTrouble?.(message));
  const runner = createReadRunner(file, retryBusy, refuseClosed);
  const own = createOwnBodies();
  const commits = createCommits({
    path,
    own,
    retryBusy,
    verify: createFileLook({
      ...options,
      onGone: () => file.discard(),
      emptyLog: () => emptyLog(file.writer(), retryBusy),
    }),
    connection: () => file.writer(),
    discard: () => file.discard(),
    failed: error => callApart(() => troubled(error)),
    announce: (effects: Effects) => tell({ kind: 'committed', ...effects }),
  });
  const watch = createWatch({
    clock: options.clock,
    log: options.log,
    dataVersion: () => file.writer().value('PRAGMA data_version'),
    announce: () => tell({ kind: 'elsewhere' }),
  });

  return {
    ...createReader(runner, own),
    write: work => (isClosed ? Promise.reject(closedError(path)) : commits.write(work)),
    onChange(listener) {
      refuseClosed();
      const entry = (change: Change) => listener(change);
      listeners.add(entry);
      watch.start();
      return () => {
        if (listeners.delete(entry)) watch.stop();
      };
    },
    watchClosely: () => watch.closely(),
    async atRest(work) {
      refuseClosed();
      await commits.between(work);
    },
    async putStream(row) {
      refuseClosed();
      await commits.between(connection => writeStream(connection, row));
    },
    streams: async chatId => {
      const rows = await runner.all(streamsOfChat, { chatId });
      return rows.map(row => ({ chatId: row.chat_id, lane: row.lane, text: row.text, at: row.at }));
    },
    async check() {
      refuseClosed();
      return await check(file, retryBusy);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      watch.close();
      await commits.idle();
      listeners.clear();
      file.close();
    },
  };
}

function closedError(path: string): AppError {
  return new AppError('store', `Database ${path} has been closed`);
}

/** A listener that throws is a bug: it ends the process as any other, but not the commits of others. */
function callApart(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function createReadRunner(file: SqliteFile, retryBusy: RetryBusy, refuseClosed: () => void): Runner {
  const read = async <T>(statement: () => T): Promise<T> => {
    refuseClosed();
    try {
      return await retryBusy(statement);
    } catch (error) {
      throw translate(error, file.path);
    }
  };
  return {
    all: (query, params) => read(() => file.reader().all(query, params)),
    run: (query, params) => read(() => file.reader().run(query, params)),
  };
}

async function check(file: SqliteFile, retryBusy: RetryBusy): ReturnType<Store['check']> {
  try {
    return await retryBusy(() => {
      const detail = String(file.reader().value('PRAGMA integrity_check(10)'));
      return {
        version: String(file.reader().value('SELECT sqlite_version()')),
        schema: identityOf(file.reader()).schema,
        isOk: detail === 'ok',
        detail,
      };
    });
  } catch (error) {
    throw translate(error, file.path);
  }
}
