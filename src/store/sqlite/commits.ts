import { limits } from '../../core/limits.ts';
import type { OwnBodies } from '../mapping/own-bodies.ts';
import type { Tx } from '../store.ts';
import type { Effects } from '../tx.ts';
import { runApart, runTogether } from './batch.ts';
import type { RetryBusy } from './busy.ts';
import type { Connection } from './connection.ts';
import { isDiskFailure, translate } from './error.ts';
import { createJobRunner, type Job, refuseNested, settle } from './job.ts';

export interface Commits {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` between two batches, outside of any transaction; tried again while the database is busy. */
  between(work: (connection: Connection) => void): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

/**
 * Group commit. Works that come in the same tick, or while a batch is under way, are run one after another in one transaction; one that fails after it has
 * written takes only its own writes back. Nobody hears of anything before the commit.
 */
export function createCommits(options: {
  readonly path: string;
  readonly own: OwnBodies;
  readonly retryBusy: RetryBusy;
  /** Rejects when the file is not what it was. */
  readonly verify: () => Promise<void>;
  /** The connection that writes; a new one after `discard`. */
  readonly connection: () => Connection;
  /** After a failed read or write of the disk the connection is not trusted any more. */
  readonly discard: () => void;
  /** Hears of every work that failed, before its caller. */
  readonly failed: (error: unknown) => void;
  readonly announce: (effects: Effects) => void;
}): Commits {
  const { path, own, retryBusy, verify, connection, discard, failed, announce } = options;
  const runJob = createJobRunner({ path, own });
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

  /** What is in `batch`, then what waits, which moves into it: also what comes while the batch is being run. */
  function* all(batch: Job[]): Generator<Job> {
    yield* [...batch];
    for (const job of queue) {
      if (batch.length >= limits.commitBatch) return;
      queue.delete(job);
      batch.push(job);
      yield job;
    }
  }

  const commitBatch = async () => {
    const batch: Job[] = [];
    try {
      const { effects, hasChanged } = await runBatch(batch);
      for (const job of batch) settle(job, failed);
      if (hasChanged) announce(effects);
    } catch (error) {
      for (const job of batch.length === 0 ? all(batch) : batch) settle(job, failed, translate(error, path));
      if (isDiskFailure(error)) discard();
    }
  };

  const runBatch = async (batch: Job[]) => {
    await verify();
    const db = connection();
    const begin = () => retryBusy(() => db.exec('BEGIN IMMEDIATE'));
    await begin();
    try {
      let outcome = await runTogether(runJob, db, all(batch));
      if (outcome === undefined) {
        db.exec('ROLLBACK');
        await begin();
        outcome = await runApart(runJob, db, all(batch));
      }
      await retryBusy(() => db.exec('COMMIT'));
      return outcome;
    } finally {
      if (db.isInTransaction()) db.exec('ROLLBACK');
    }
  };

  return {
    write<T>(work: (tx: Tx) => Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        refuseNested();
        // What the job is settled with is what its own work returned.
        queue.add({ work, resolve: resolve as (value: unknown) => void, reject });
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
