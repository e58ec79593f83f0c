import type { EntryBody, EntryType } from '../core/entry.ts';
import { messageOf } from '../core/error.ts';
import type { ChatId, TaskId, WorkerId } from '../core/ids.ts';
import type { EndReason } from '../engine/lane-work.ts';
import type { Task } from '../store/rows.ts';
import type { Change, Tx } from '../store/store.ts';
import { endTask } from './end-task.ts';
import { putBack } from './put-back.ts';
import { runClaimed } from './run-claimed.ts';
import type { TaskDeps } from './task-deps.ts';
import { goneMessage } from './worker.ts';

export type Pool = {
  /** Tasks that run here now. */
  readonly running: () => readonly TaskId[];
  /** How many further tasks of that model would be taken at once. */
  readonly room: (model: string) => number;
  /** Begins to take tasks. */
  start(): void;
  /** Looks for tasks now, because it serves more chats than before. */
  look(): void;
  /** Takes no more, tells what runs to leave its turns open, puts it back into the queue, and resolves when all is quiet. */
  close(): Promise<void>;
};

export type PoolOptions = {
  readonly worker: () => WorkerId;
  /** Chats whose tasks are taken; undefined: all. */
  readonly chatIds: () => readonly ChatId[] | undefined;
};

type Running = {
  readonly task: Task;
  readonly controller: AbortController;
  done: Promise<void>;
  /** How many of its calls wait for other tasks now. */
  waits: number;
};

/**
 * Takes queued tasks and runs them in this process, as many at a time as their models bear (`Models.cap`) and `limits.runningTasks` allows.
 * Woken by commits; looks again every `limits.recheckMs` for what came due or was orphaned. A task that waits for its children does not count.
 */
export function createPool(deps: TaskDeps, options: PoolOptions): Pool {
  const running = new Map<TaskId, Running>();
  let isOpen = false;
  let claiming: Promise<void> | undefined;
  let again = false;
  let off: () => void = () => undefined;
  let cancelTimer: () => void = () => undefined;
  let releaseWatch: (() => void) | undefined;

  function poke(): void {
    if (!isOpen) return;
    again = true;
    claiming ??= claimAll()
      .catch(error => deps.log.error('claiming tasks failed', { error: messageOf(error) }))
      .finally(() => {
        claiming = undefined;
        if (again) poke();
      });
  }

  async function claimAll(): Promise<void> {
    while (isOpen && again) {
      again = false;
      while (isOpen && working().length < deps.limits.runningTasks) {
        const task = await claimOne(deps, options, saturated());
        if (!task) break;
        run(task);
      }
    }
  }

  function working(): Running[] {
    return [...running.values()].filter(item => item.waits === 0);
  }

  function saturated(): string[] {
    const counts = new Map<string, number>();
    for (const { task } of working()) counts.set(task.model, (counts.get(task.model) ?? 0) + 1);
    return [...counts].filter(([model, count]) => count >= deps.models.cap(model)).map(([model]) => model);
  }

  function room(model: string): number {
    if (!isOpen) return 0;
    const items = working();
    const ofModel = items.filter(({ task }) => task.model === model).length;
    return Math.max(0, Math.min(deps.limits.runningTasks - items.length, deps.models.cap(model) - ofModel));
  }

  function run(task: Task): void {
    running.get(task.id)?.controller.abort({ kind: 'stop' } satisfies EndReason);
    const controller = new AbortController();
    const item: Running = { task, controller, done: Promise.resolve(), waits: 0 };
    running.set(task.id, item);
    releaseWatch ??= deps.store.watchClosely();
    if (!isOpen) controller.abort({ kind: 'close' } satisfies EndReason);
    item.done = runClaimed(deps, task, controller, change => {
      item.waits += change;
      if (item.waits > 0) poke();
    }).finally(() => {
      if (running.get(task.id) === item) running.delete(task.id);
      if (running.size === 0) {
        releaseWatch?.();
        releaseWatch = undefined;
      }
      poke();
    });
  }

  /** Ends the runs of tasks that somebody else ended, parked or took. */
  async function dropLost(): Promise<void> {
    for (const { task, controller } of running.values()) {
      if (controller.signal.aborted) continue;
      const row = await deps.store.task(task.id);
      const isOurs = row?.status === 'running' && row.attempt === task.attempt;
      if (!isOurs) controller.abort({ kind: 'stop' } satisfies EndReason);
    }
  }

  function onChange(change: Change): void {
    if (change.kind === 'elsewhere') {
      poke();
      void dropLost().catch(error => deps.log.error('looking after tasks failed', { error: messageOf(error) }));
      return;
    }
    for (const entry of change.entries) {
      if (entry.type !== 'task:ended' && entry.type !== 'task:parked') continue;
      const item = running.get(entry.taskId);
      if (item?.task.attempt === entry.attempt) item.controller.abort({ kind: 'stop' } satisfies EndReason);
    }
    if (change.touchedTasks) poke();
  }

  function tick(): void {
    cancelTimer = deps.clock.after(deps.limits.recheckMs, () => {
      poke();
      tick();
    });
  }

  return {
    running: () => [...running.keys()],
    room,
    look: poke,
    start() {
      isOpen = true;
      off = deps.store.onChange(onChange);
      tick();
      poke();
    },
    async close() {
      isOpen = false;
      off();
      cancelTimer();
      await claiming;
      const items = [...running.values()];
      for (const { controller } of items) controller.abort({ kind: 'close' } satisfies EndReason);
      await Promise.all(items.map(item => item.done));
      await putBack(
        deps,
        items.map(item => item.task),
        'the program that ran it was closed',
      );
    },
  };
}

/** Leases one task and says so in its lane, in one commit. A task whose attempts are used up ends as failed with all the reasons (T32). */
async function claimOne(
  deps: TaskDeps,
  options: PoolOptions,
  exceptModels: readonly string[],
): Promise<Task | undefined> {
  const chatIds = options.chatIds();
  if (chatIds?.length === 0) return undefined;
  return deps.store.write(async tx => {
    for (;;) {
      const now = deps.clock.now();
      const claimed = await tx.claimTask({ worker: options.worker(), now, chatIds, exceptModels });
      if (!claimed) return undefined;
      const task = await withTakeover(tx, claimed);
      if (task.failures.length >= task.maxAttempts) {
        const message = `given up after ${task.failures.length} attempts: ${task.failures.join('; ')}`;
        await endTask(deps, tx, task.id, task.attempt, { kind: 'failed', reason: 'attempts', message });
        continue;
      }
      const started: EntryBody = { type: 'task:started', taskId: task.id, attempt: task.attempt };
      const isFirst = task.attempt === 1;
      await tx.append(
        task.chatId,
        task.id,
        now,
        isFirst ? [started, { type: 'task:instructed', prompt: task.prompt }] : [started],
      );
      return task;
    }
  });
}

/** A task whose last attempt neither ended nor was parked: its process went away, and nobody had said so yet. */
async function withTakeover(tx: Tx, task: Task): Promise<Task> {
  if (task.attempt === 1) return task;
  const entries = await tx.entries(task.chatId, { lane: task.id });
  const last = entries.findLast(({ type }) => stateTypes.includes(type));
  if (last?.type !== 'task:started') return task;
  const failures = [...task.failures, goneMessage(last.attempt)];
  await tx.patchTask(task.id, { failures });
  return { ...task, failures };
}

const stateTypes: readonly EntryType[] = ['task:started', 'task:parked', 'task:requeued', 'task:ended'];
