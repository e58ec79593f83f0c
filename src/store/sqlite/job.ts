import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../../core/error.ts';
import type { Runner } from '../queries/query.ts';
import type { Tx } from '../store.ts';
import { createTx, type Effects } from '../tx.ts';
import type { Connection } from './connection.ts';
import { translate } from './error.ts';

/** One work that waits for its commit. */
export type Job = {
  /** Runs the work in a savepoint. Its effects count only when it was kept; throws only when the whole transaction is lost. */
  run(connection: Connection): Promise<Effects>;
  /** Tells the caller what became of it; `commitError` when the commit it was part of failed. */
  settle(commitError?: unknown): void;
};

const inside = new AsyncLocalStorage<Runner & { isOver(): boolean }>();

/** A work that waited for another commit would wait for ever: its own comes first. That is a bug of the caller, and said at once. */
export function refuseNested(): void {
  if (inside.getStore()?.isOver() !== false) return;
  throw new Error('The store was written to inside of a work: use the transaction that the work was given');
}

export function createJob<T>(
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
        const value = await inside.run(runner, () => work(createTx(runner, effects)));
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
function createTxRunner(connection: Connection, path: string): Runner & { end(): void; isOver(): boolean } {
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
    isOver: () => isOver,
  };
}
