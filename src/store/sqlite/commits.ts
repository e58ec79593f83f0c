import { limits } from '../../core/limits.ts';
import type { Tx } from '../store.ts';
import type { Effects } from '../tx.ts';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { isDiskFailure, translate } from './error.ts';
import { createJob, type Job, refuseNested } from './job.ts';

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
    async write(work) {
      refuseNested();
      return await new Promise((resolve, reject) => {
        queue.add(createJob(path, work, resolve, reject));
        draining ??= drain();
      });
    },
    async between(work) {
      refuseNested();
      await new Promise<void>((resolve, reject) => {
        const run = () => retryBusy(() => work(connection()));
        apart.push(() =>
          run().then(resolve, (error: unknown) => {
            reject(translate(error, path));
            if (isDiskFailure(error)) discard();
          }),
        );
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
