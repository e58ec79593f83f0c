import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../../../src/core/error.ts';
import type { Change, Store, StreamRow, Tx } from '../../../src/store/store.ts';
import { type Draft, draftOf } from './draft.ts';
import { createReader } from './reader.ts';
import { emptyState, laneKey, type State, withoutRows, withRow } from './state.ts';
import { createTx } from './tx.ts';

/** What several handles share, as processes share a file. */
export type MemoryDatabase = { state: State };

export function createMemoryDatabase(): MemoryDatabase {
  return { state: emptyState };
}

const inside = new AsyncLocalStorage<{ isOver: boolean }>();

type Job = {
  /** Works on a copy of the draft; puts it in the draft's place only when it was kept. True when it failed and had written something. */
  run(draft: Draft): Promise<boolean>;
  settle(): void;
};

/**
 * The store's port over values in memory, for simulations: it does what the conformance suite asks of every adapter, many times faster than a
 * database. Works that come together are one batch, each stands or falls alone, and one announcement tells of all of them. Handles of one
 * database do not hear of each other's commits: whoever simulates processes tells them `elsewhere`. Batches of several handles must not overlap.
 */
export function openMemoryStore(database: MemoryDatabase): Store {
  const listeners = new Set<(change: Change) => void>();
  const queue: Job[] = [];
  let draining: Promise<void> | undefined;
  let isClosed = false;

  const refuseClosed = () => {
    if (isClosed) throw new AppError('store', 'The memory store has been closed');
  };
  const ask = async <T>(question: () => T): Promise<T> => {
    refuseClosed();
    return question();
  };

  async function drain(): Promise<void> {
    // What is asked for in the same breath joins the batch.
    await Promise.resolve();
    while (queue.length > 0) await commitBatch();
    draining = undefined;
  }

  async function commitBatch(): Promise<void> {
    const batch: Job[] = [];
    // As on SQLite: when a work fails after it has written, the whole batch is taken back and run again, that one without its writes.
    const draft = (await runBatch(batch, true)) ?? (await runBatch(batch, false));
    const hasChanged = draft !== undefined && draft.state !== database.state;
    if (hasChanged) database.state = draft.state;
    for (const job of batch) job.settle();
    if (hasChanged) for (const listener of [...listeners]) listener({ kind: 'committed', ...draft.effects });
  }

  async function runBatch(batch: Job[], isTogether: boolean): Promise<Draft | undefined> {
    const draft = draftOf(database.state);
    const jobs = batch.splice(0);
    for (let job = jobs.shift() ?? queue.shift(); job; job = jobs.shift() ?? queue.shift()) {
      batch.push(job);
      if ((await job.run(draft)) && isTogether) return undefined;
    }
    return draft;
  }

  return {
    ...createReader(() => database.state, ask),
    async write(work) {
      refuseClosed();
      if (inside.getStore()?.isOver === false)
        throw new Error('The store was written to inside of a work: use the transaction that the work was given');
      return await new Promise((resolve, reject) => {
        queue.push(createJob(work, resolve, reject));
        draining ??= drain();
      });
    },
    onChange(listener) {
      refuseClosed();
      const own = (change: Change) => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    async atRest(work) {
      refuseClosed();
      await draining;
      work();
    },
    watchClosely: () => () => undefined,
    putStream: row => ask(() => putStream(database, row)),
    streams: chatId =>
      ask(() =>
        [...database.state.streams.values()]
          .filter(row => row.chatId === chatId)
          .sort((a, b) => (a.lane < b.lane ? -1 : 1)),
      ),
    check: () => ask(() => ({ version: 'memory', schema: 0, isOk: true, detail: 'ok' })),
    async close() {
      isClosed = true;
      await draining;
      listeners.clear();
    },
  };
}

function createJob<T>(
  work: (tx: Tx) => Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Job {
  let settle = () => {};
  return {
    async run(batch) {
      const draft = draftOf(batch.state);
      const scope = { isOver: false };
      const step = async <R>(run: () => R): Promise<R> => {
        if (scope.isOver) throw new Error('A transaction was used after it had ended');
        return run();
      };
      try {
        const value = await inside.run(scope, () => work(createTx(draft, step)));
        settle = () => resolve(value);
        keep(batch, draft);
        return false;
      } catch (error) {
        settle = () => reject(error);
        return draft.state !== batch.state;
      } finally {
        scope.isOver = true;
      }
    },
    settle: () => settle(),
  };
}

function keep(batch: Draft, { state, effects }: Draft): void {
  batch.state = state;
  batch.effects.entries.push(...effects.entries);
  batch.effects.touchedInbox ||= effects.touchedInbox;
  batch.effects.touchedTasks ||= effects.touchedTasks;
  batch.effects.touchedSchedules ||= effects.touchedSchedules;
}

function putStream(database: MemoryDatabase, row: StreamRow): void {
  const { state } = database;
  if (!state.chats.has(row.chatId)) throw new AppError('not-found', 'It refers to something that does not exist');
  const key = laneKey(row.chatId, row.lane);
  const streams =
    row.text === '' ? withoutRows(state.streams, (_, other) => other === key) : withRow(state.streams, key, row);
  database.state = { ...state, streams };
}
