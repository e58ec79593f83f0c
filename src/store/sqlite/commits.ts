import { AppError } from '../../core/error.ts';
import { limits } from '../../core/limits.ts';
import type { Runner } from '../queries/query.ts';
import type { Tx } from '../store.ts';
import { createTx, type Effects } from '../tx.ts';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { isDiskFailure, translate } from './error.ts';

type Job = {
  /** Runs the work in a savepoint. Its effects count only when it was kept; throws only when the whole transaction is lost. */
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
  /** Rejects when the file is not what it was. */
  readonly verify: () => Promise<void>;
  /** The connection that writes; a new one after `discard`. */
  readonly connection: () => Connection;
  /** After a failed read or write of the disk the connection is not trusted any more. */
  readonly discard: () => void;
  readonly announce: (effects: Effects) => void;
}): Commits {
  const { path, retryBusy, verify, connection, discard, announce } = options;
  /** In order of arrival; a set, because its first is taken without moving the others. */
  const queue = new Set<Job>();
  const apart: (() => Promise<void>)[] = [];
  let draining: Promise<void> | undefined;

  const drain = async () => {
    while (queue.size > 0 || apart.length > 0) {
      // Gathers what comes in one turn of the event loop, and lets timers, sockets and other processes have theirs.
      await new Promise(resolve => setImmediate(resolve));
      if (queue.size > 0) await commitBatch();
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
      if (batch.length === 0) batch.push(...takeUpTo(queue, limits.commitBatch));
      for (const job of batch) job.settle(translate(error, path));
      if (isDiskFailure(error)) discard();
    }
  };

  const runBatch = async (batch: Job[], effects: Effects) => {
    await verify();
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
    // Also takes what comes while it runs.
    for (const job of queue) {
      queue.delete(job);
      batch.push(job);
      merge(effects, await job.run(db));
      if (batch.length >= limits.commitBatch) return;
    }
  };

  return {
    write(work) {
      return new Promise((resolve, reject) => {
        queue.add(createJob(path, work, resolve, reject));
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

function takeUpTo<T>(queue: Set<T>, count: number): T[] {
  const taken = [...queue].slice(0, count);
  for (const item of taken) queue.delete(item);
  return taken;
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
        if (!connection.isInTransaction()) throw new AppError('store', `Database ${path}: the transaction was lost`);
        tell = () => resolve(value);
      } catch (error) {
        // A full or broken disk takes the whole transaction back, and with it the works before this one.
        if (!connection.isInTransaction()) throw error;
        tell = () => reject(error);
        connection.exec('ROLLBACK TO work');
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
