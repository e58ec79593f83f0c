import type { EntryBody } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { LaneId, TaskId, UserId } from '../core/ids.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import type { Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { hasEnded, mustTransition } from './lifecycle.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * Puts a failed, stopped or parked task back into the queue; its lane is kept, so the next attempt goes on where the last one ended.
 * A foreground task whose call has been answered goes on in the background.
 * AppError `not-found`, or `conflict` when its state does not permit it.
 */
export async function retryTask(deps: TaskDeps, tx: Tx, id: TaskId, reason: string): Promise<void> {
  const task = await mustFind(tx, id);
  await requeue(deps, tx, task, 'retry', reason);
  if (!(await isAwaited(tx, task))) await tx.patchTask(id, { isBackground: true });
  if (task.attempt === 0) return;
  const text = `This work had ended (${task.status}) and is taken up again: ${reason}. Go on from where it stood.`;
  await tx.append(task.chatId, id, deps.clock.now(), [{ type: 'program:remarked', text }]);
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

async function requeue(deps: TaskDeps, tx: Tx, task: Task, kind: 'retry' | 'resume', reason: string): Promise<void> {
  const status = mustTransition(task, { kind });
  const maxAttempts = task.failures.length + deps.limits.taskAttempts;
  await tx.patchTask(task.id, { status, outcome: null, endedAt: null, parkReason: null, worker: null, maxAttempts });
  const requeued: EntryBody = { type: 'task:requeued', taskId: task.id, attempt: task.attempt, reason };
  await tx.append(task.chatId, task.id, deps.clock.now(), [requeued]);
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
