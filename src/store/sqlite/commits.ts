import { AppError } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Runner } from '../queries/query.ts';
import type { Tx } from '../store.ts';
import { createTx, type Effects } from '../tx.ts';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { sqliteCode, translate } from './error.ts';

type Job = {
  /** Runs the work in a savepoint; never throws. Its effects count only when it was kept. */
  run(connection: Connection): Promise<Effects>;
  /** Tells the caller what became of it; `commitError` when the commit it was part of failed. */
  settle(commitError?: unknown): void;
};

export interface Commits {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` between two batches, outside of any transaction; tried again while the database is busy. */
  between(work: (connection: Connection) => void): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

/**
 * Group commit. Works that come in the same tick, or while a batch is under way, are run one after another in one transaction, each in a savepoint
 * of its own. Nobody hears of anything before the commit.
 */
export function createCommits(options: {
  readonly path: string;
  readonly retryBusy: RetryBusy;
  /** The connection that writes; a new one after `discard`. */
  readonly connection: () => Connection;
  /** After a failed read or write of the disk the connection is not trusted any more. */
  readonly discard: () => void;
  readonly announce: (effects: Effects) => void;
}): Commits {
  const { path, retryBusy, connection, discard, announce } = options;
  const queue: Job[] = [];
  const apart: (() => Promise<void>)[] = [];
  let draining: Promise<void> | undefined;

  const drain = async () => {
    await new Promise(resolve => setImmediate(resolve));
    while (queue.length > 0 || apart.length > 0) {
      if (queue.length > 0) await commitBatch();
      for (const run of apart.splice(0)) await run();
    }
    draining = undefined;
  };

  const commitBatch = async () => {
    const effects: Effects = { entries: [], touchedInbox: false, touchedTasks: false };
    const batch: Job[] = [];
    try {
      const hasChanged = await runBatch(batch, effects);
      for (const job of batch) job.settle();
      if (hasChanged) announce(effects);
    } catch (error) {
      if (batch.length === 0) batch.push(...queue.splice(0, limits.commitBatch));
      for (const job of batch) job.settle(translate(error, path));
      if (sqliteCode(error)?.startsWith('SQLITE_IOERR') === true) discard();
    }
  };

  const runBatch = async (batch: Job[], effects: Effects) => {
    const db = connection();
    await retryBusy(() => db.exec('BEGIN IMMEDIATE'));
    try {
      const before = db.value('SELECT total_changes()');
      await runJobs(db, batch, effects);
      const hasChanged = db.value('SELECT total_changes()') !== before;
      await retryBusy(() => db.exec('COMMIT'));
      return hasChanged;
    } finally {
      if (db.isInTransaction()) db.exec('ROLLBACK');
    }
  };

  const runJobs = async (db: Connection, batch: Job[], effects: Effects) => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      batch.push(job);
      merge(effects, await job.run(db));
      if (!db.isInTransaction()) throw new AppError('store', `Database ${path}: the transaction was rolled back`);
      if (batch.length >= limits.commitBatch) return;
    }
  };

  return {
    write(work) {
      return new Promise((resolve, reject) => {
        queue.push(createJob(path, work, resolve, reject));
        draining ??= drain();
      });
    },
    between(work) {
      return new Promise((resolve, reject) => {
        const run = () => retryBusy(() => work(connection()));
        apart.push(() => run().then(resolve, (error: unknown) => reject(translate(error, path))));
        draining ??= drain();
      });
    },
    async idle() {
      while (draining !== undefined) await draining;
    },
  };
}

function merge(into: Effects, from: Effects): void {
  for (const entry of from.entries) into.entries.push(entry);
  into.touchedInbox ||= from.touchedInbox;
  into.touchedTasks ||= from.touchedTasks;
}

function createJob<T>(
  path: string,
  work: (tx: Tx) => Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Job {
  let tell = () => {};
  return {
    async run(connection) {
      const effects: Effects = { entries: [], touchedInbox: false, touchedTasks: false };
      const runner = createTxRunner(connection, path);
      connection.exec('SAVEPOINT work');
      try {
        const value = await work(createTx(runner, effects));
        tell = () => resolve(value);
      } catch (error) {
        tell = () => reject(error);
        if (connection.isInTransaction()) connection.exec('ROLLBACK TO work');
        return { entries: [], touchedInbox: false, touchedTasks: false };
      } finally {
        runner.end();
        if (connection.isInTransaction()) connection.exec('RELEASE work');
      }
      return effects;
    },
    settle(commitError) {
      if (commitError === undefined) tell();
      else reject(commitError);
    },
  };
}

/** Statements run at once, in the order of the calls. A work that goes on after its promise settled would write into the next one: it is refused. */
function createTxRunner(connection: Connection, path: string): Runner & { end(): void } {
  let isOver = false;
  const guard = <T>(statement: () => T): T => {
    if (isOver) throw new Error('A transaction was used after it had ended');
    try {
      return statement();
    } catch (error) {
      throw translate(error, path);
    }
  };
  return {
    all: async (query, params) => guard(() => connection.all(query, params)),
    run: async (query, params) => guard(() => connection.run(query, params)),
    end() {
      isOver = true;
    },
  };
}
