import type { Budget } from '../core/agent.ts';
import type { EntryBody } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { LaneId, TaskId, UserId } from '../core/ids.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import type { Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { dedupeKeyOf } from './dedupe-key.ts';
import { refuseCycle } from './dependency-cycle.ts';
import { hasEnded, mustTransition } from './lifecycle.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * Puts a failed, stopped or parked task back into the queue; its lane is kept, so the next attempt goes on where the last one ended.
 * One that had not begun waits while what it depends on is not complete (T8).
 * A foreground task whose call has been answered goes on in the background. `budget`: its ceilings from now on, in place of those that it names;
 * what was used before still counts.
 * AppError `not-found`, or `conflict` when its state does not permit it, a dependency has ended without completing, or another unfinished task is
 * the same (T7).
 */
export async function retryTask(
  deps: TaskDeps,
  tx: Tx,
  id: TaskId,
  reason: string,
  budget: Budget = {},
): Promise<'queued' | 'waiting'> {
  const task = await mustFind(tx, id);
  const status = await requeue(deps, tx, task, 'retry', reason);
  if (Object.keys(budget).length > 0)
    await tx.patchTask(id, { spec: { ...task.spec, budget: { ...task.spec.budget, ...budget } } });
  if (!(await isAwaited(tx, task))) await tx.patchTask(id, { isBackground: true });
  if (task.attempt === 0) return status;
  const text = `This work had ended (${task.status}) and is taken up again: ${reason}. Go on from where it stood.`;
  await tx.append(task.chatId, id, deps.clock.now(), [{ type: 'program:remarked', text }]);
  return status;
}

export type Sender = { readonly lane: LaneId; readonly author?: UserId | undefined };

/**
 * Sends a message to a task: read at the next tool boundary of one that runs, with its instruction by one that has not begun; one that has
 * ended goes on with it, as a further attempt in the same lane, and reports again. Returns which of these it was.
 */
export async function sendToTask(
  deps: TaskDeps,
  tx: Tx,
  id: TaskId,
  text: string,
  from: Sender,
): Promise<'delivered' | 'resumed'> {
  const task = await mustFind(tx, id);
  const author = from.author === undefined ? {} : { author: from.author };
  const kind = from.author === undefined ? 'message' : 'input';
  await tx.putInbox({
    id: deps.ids('inbox'),
    chatId: task.chatId,
    lane: id,
    kind,
    text,
    from: from.lane,
    ...author,
    wakes: true,
    takes: 'boundary',
    createdAt: deps.clock.now(),
  });
  if (!hasEnded(task) && task.status !== 'parked') return 'delivered';
  await requeue(deps, tx, task, 'resume', 'a message was sent to it');
  await tx.patchTask(id, { isBackground: true });
  return 'resumed';
}

async function requeue(
  deps: TaskDeps,
  tx: Tx,
  task: Task,
  kind: 'retry' | 'resume',
  reason: string,
): Promise<'queued' | 'waiting'> {
  const queued = mustTransition(task, { kind });
  const isWaiting = await mustWait(tx, task);
  const status = isWaiting ? 'waiting' : queued;
  const dedupeKey = await restoredKey(tx, task);
  await tx.patchTask(task.id, {
    status,
    waitReason: isWaiting ? 'dependencies' : null,
    outcome: null,
    endedAt: null,
    parkReason: null,
    worker: null,
    maxAttempts: task.failures.length + deps.limits.taskAttempts,
    ...(dedupeKey === undefined ? {} : { dedupeKey }),
  });
  const entries: EntryBody[] = [{ type: 'task:requeued', taskId: task.id, attempt: task.attempt, reason }];
  if (isWaiting) entries.push({ type: 'task:waited', taskId: task.id, reason: 'dependencies' });
  await tx.append(task.chatId, task.id, deps.clock.now(), entries);
  return isWaiting ? 'waiting' : 'queued';
}

/**
 * Whether a task has to wait for others (T8). One that has begun before does not: what it depends on was complete then, and may be at work again by
 * now for whoever waits for this very task. AppError `conflict` when one of the others has ended without completing, `bad-input` when they wait for it.
 */
async function mustWait(tx: Tx, { id, attempt }: Task): Promise<boolean> {
  if (attempt > 0) return false;
  let isWaiting = false;
  const dependencies = await tx.dependencies(id);
  for (const other of dependencies) {
    const dependency = await tx.task(other);
    if (!dependency || dependency.status === 'completed') continue;
    if (hasEnded(dependency))
      throw new AppError(
        'conflict',
        `task ${id} depends on ${other}, which is ${dependency.status}; retry that one first`,
      );
    isWaiting = true;
  }
  if (isWaiting) await refuseCycle(tx, id, dependencies);
  return isWaiting;
}

/** The key that its end took from a task. AppError `conflict` when another one has it that is not finished (T7). */
async function restoredKey(tx: Tx, task: Task): Promise<string | undefined> {
  if (!task.spec.isUnique || task.dedupeKey !== undefined) return undefined;
  const { prompt: instruction, metadata } = task;
  const key = dedupeKeyOf({
    instruction,
    metadata,
    chatId: metadata.chat_id === undefined ? undefined : task.chatId,
  });
  const other = await tx.taskByDedupeKey(key);
  if (other) throw new AppError('conflict', `task ${task.id} is the same as ${other.id}, which is not finished`);
  return key;
}

/** Whether the call that made it has no result yet; otherwise its next end has to be told to its owner as that of a background task. */
async function isAwaited(tx: Tx, { chatId, parentLane, parentCallId }: Task): Promise<boolean> {
  if (parentLane === undefined || parentCallId === undefined) return false;
  const entries = await tx.entries(chatId, { lane: parentLane });
  return entries.reduce(reduceLane, emptyLane).openCalls.some(({ call }) => call.callId === parentCallId);
}

async function mustFind(tx: Tx, id: TaskId): Promise<Task> {
  const task = await tx.task(id);
  if (!task) throw new AppError('not-found', `there is no task ${id}`);
  return task;
}
