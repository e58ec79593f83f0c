import type { Change, Reader, Store, Tx } from '../../src/store/store.ts';
import type { Latency } from './latency.ts';
import type { Prng } from './prng.ts';
import { createDraft, type Recorder, watchTx } from './recorder.ts';
import type { Process, Scheduler } from './scheduler.ts';

export type StoreWorld = {
  readonly scheduler: Scheduler;
  readonly prng: Prng;
  readonly latency: Latency;
  readonly recorder: Recorder;
  /** A process has committed something: before anybody in it hears of it. */
  readonly onCommit: (process: Process, change: Change) => void;
};

/** A port of one process over an adapter that other processes use too. */
export type SimStore = Store & {
  /** Tells this process that another one wrote something. */
  hint(): void;
};

type Job = {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * The store as one process sees it. Each question is a step, each commit is one, and so is the news of it when it comes late; a batch
 * commits in the order in which it was asked for. Nothing of this is heard by a process that died meanwhile; what it has committed stays.
 */
export function scheduleStore(inner: Store, process: Process, world: StoreWorld): SimStore {
  const { scheduler, prng, latency } = world;
  const listeners = new Set<(change: Change) => void>();
  const waiting: Job[] = [];
  const tell = (change: Change) => {
    if (process.state === 'dead') return;
    if (change.kind === 'committed')
      for (const entry of change.entries) world.recorder.acks.push({ kind: 'entry', entry });
    for (const listener of [...listeners]) listener(change);
  };
  inner.onChange(change => {
    world.onCommit(process, change);
    tell(change);
  });

  /** Most news comes at once; some of it after other things have happened. */
  function deliver(give: () => void): void {
    if (prng.chance(0.85)) {
      if (process.state !== 'dead') give();
      return;
    }
    scheduler.after(process, latency(), give);
  }

  function ask<T>(question: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      scheduler.after(process, latency(), async () => {
        const answer = await settled(question());
        deliver(() => (answer.isGood ? resolve(answer.value) : reject(answer.error)));
      });
    });
  }

  async function commitSome(): Promise<void> {
    const batch = waiting.splice(0, prng.chance(0.5) ? waiting.length : 1);
    const results = await Promise.all(batch.map(job => settled(commitOne(inner, job, process, world))));
    results.forEach((result, index) => {
      const job = batch[index];
      deliver(() => (result.isGood ? job?.resolve(result.value) : job?.reject(result.error)));
    });
  }

  const questions: Partial<Record<keyof Store, unknown>> = {};
  for (const name of questionNames)
    questions[name] = (...args: readonly unknown[]) =>
      ask(() => Reflect.apply(inner[name] as (...all: readonly unknown[]) => Promise<unknown>, inner, args));
  return {
    ...inner,
    ...(questions as Pick<Store, (typeof questionNames)[number]>), // Made of the names of the same list.
    write: work =>
      new Promise((resolve, reject) => {
        // What a work returns is what its own promise is resolved with.
        waiting.push({ work, resolve: resolve as Job['resolve'], reject });
        scheduler.after(process, latency(), commitSome);
      }),
    onChange(listener) {
      const own = (change: Change) => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    close: async () => undefined,
    hint: () => tell({ kind: 'elsewhere' }),
  };
}

async function commitOne(inner: Store, job: Job, process: Process, world: StoreWorld): Promise<unknown> {
  let draft = createDraft();
  const value = await inner.write(tx => {
    draft = createDraft();
    return job.work(watchTx(tx, draft));
  });
  const { commits, inboxIds } = world.recorder;
  for (const row of draft.put) inboxIds.add(row.id);
  if (draft.entries.length > 0 || draft.put.length > 0 || draft.schedules.length > 0)
    commits.push({ number: commits.length + 1, process: process.name, at: world.scheduler.now(), ...draft });
  return value;
}

type Settled<T> = { readonly isGood: true; readonly value: T } | { readonly isGood: false; readonly error: unknown };

async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { isGood: true, value: await promise };
  } catch (error) {
    return { isGood: false, error };
  }
}

const questionNames = [
  'user',
  'chat',
  'chats',
  'entries',
  'lastEntries',
  'lane',
  'drivenLanes',
  'pending',
  'inboxRow',
  'wakingLanes',
  'task',
  'tasks',
  'taskByCall',
  'taskByDedupeKey',
  'taskByAgent',
  'taskByConversation',
  'dependencies',
  'dependants',
  'subtree',
  'descendants',
  'countTasks',
  'queuePosition',
  'tasksLike',
  'chatsLike',
  'approval',
  'openApprovals',
  'worker',
  'workers',
  'endedWorkers',
  'schedules',
  'schedule',
  'schedulesDue',
  'scheduleChats',
  'nextDueTime',
  'audit',
  'streams',
] as const satisfies readonly (keyof Reader | 'streams')[];
