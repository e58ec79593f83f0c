import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../../core/error.ts';
import type { OwnBodies } from '../mapping/own-bodies.ts';
import type { Runner } from '../queries/query.ts';
import type { Tx } from '../store.ts';
import { createTx, type Effects } from '../tx.ts';
import type { Connection } from './connection.ts';
import { translate } from './error.ts';

/** One work that waits for its commit. Plain data: tens of thousands may wait. */
export type Job = {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** What became of it, to be told after the commit. */
  result?: { readonly value: unknown } | { readonly error: unknown };
};

/** A work that failed has to be taken back, unless it failed before it had written anything. */
export type Ran =
  | { readonly kind: 'kept'; readonly effects: Effects; readonly hasWritten: boolean }
  | { readonly kind: 'failed'; readonly hasWritten: boolean };

/** The work that is being run, as what it calls can know it. */
type Running = { readonly connection: Connection; readonly effects: Effects; isOver: boolean };

const inside = new AsyncLocalStorage<Running>();

/** A work that waited for another commit would wait for ever: its own comes first. That is a bug of the caller, and said at once. */
export function refuseNested(): void {
  if (inside.getStore()?.isOver !== false) return;
  throw new Error('The store was written to inside of a work: use the transaction that the work was given');
}

/** Tells the caller what became of its work, and `failed` when that is nothing; `commitError` when the commit it was part of failed. */
export function settle(job: Job, failed: (error: unknown) => void, commitError?: unknown): void {
  const result = commitError === undefined ? job.result : { error: commitError };
  if (result === undefined) throw new Error('A work was committed that had not been run');
  if ('value' in result) {
    job.resolve(result.value);
    return;
  }
  failed(result.error);
  job.reject(result.error);
}

/**
 * Runs a work in the open transaction, and may do so again after a rollback. Throws only when the whole transaction is lost.
 *
 * All works are given the same `Tx`, which knows by the caller's context whose statement it runs; one for each would cost as much as a statement.
 */
export function createJobRunner({
  path,
  own,
}: {
  readonly path: string;
  readonly own: OwnBodies;
}): (job: Job, connection: Connection) => Promise<Ran> {
  const tx = createTx(createTxRunner(path), () => running().effects, own);
  return async (job, connection) => {
    const effects: Effects = { entries: [], touchedInbox: false, touchedTasks: false, touchedSchedules: false };
    const before = connection.writes();
    const run: Running = { connection, effects, isOver: false };
    try {
      const value = await inside.run(run, job.work, tx);
      if (!connection.isInTransaction()) throw new AppError('store', `Database ${path}: the transaction was lost`);
      job.result = { value };
      return { kind: 'kept', effects, hasWritten: connection.writes() !== before };
    } catch (error) {
      // A full or broken disk takes the whole transaction back, and with it the works before this one.
      if (!connection.isInTransaction()) throw error;
      job.result = { error };
      return { kind: 'failed', hasWritten: connection.writes() !== before };
    } finally {
      run.isOver = true;
    }
  };
}

/** A work that goes on after its promise settled would write into the next one: it is refused, and so is whoever got hold of its `Tx`. */
function running(): Running {
  const run = inside.getStore();
  if (run?.isOver === false) return run;
  throw new Error('A transaction was used after it had ended');
}

/** Statements run at once, in the order of the calls. */
function createTxRunner(path: string): Runner {
  const guard = <T>(statement: (connection: Connection) => T): T => {
    const { connection } = running();
    try {
      return statement(connection);
    } catch (error) {
      throw translate(error, path);
    }
  };
  return {
    all: async (query, params) => guard(connection => connection.all(query, params)),
    run: async (query, params) => guard(connection => connection.run(query, params)),
  };
}
