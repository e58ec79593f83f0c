import type { Budget } from '../core/agent.ts';
import { AppError } from '../core/error.ts';
import type { TaskStatus } from '../core/task-status.ts';
import { oneLine } from '../core/text.ts';
import type { Task } from '../store/rows.ts';
import type { TaskPatch, Tx } from '../store/store.ts';
import { dedupeKeyOf } from './dedupe-key.ts';
import { hasEnded, mustTransition } from './lifecycle.ts';
import { retryTask } from './resume-task.ts';
import { stopTask } from './stop-task.ts';
import type { TaskDeps } from './task-deps.ts';
import { tellParked } from './tell-parked.ts';

export type TaskUpdate = {
  /** Merged into what there is. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Keys that are taken away. */
  readonly without?: readonly string[] | undefined;
  readonly priority?: number | undefined;
  readonly description?: string | undefined;
  /** Its ceilings from its next step on, in place of those that it names; what was used before still counts. */
  readonly budget?: Budget | undefined;
  /** `queued`: retried; `stopped`: stopped; `parked`: put aside until it is retried. Others come about by themselves. */
  readonly status?: TaskStatus | undefined;
};

/** Changes a task as a person wants it, all of it or nothing. AppError `conflict` for what its state does not permit, `bad-input` for metadata. */
export async function updateTask(deps: TaskDeps, tx: Tx, task: Task, update: TaskUpdate): Promise<void> {
  const patch: TaskPatch = {};
  if (update.priority !== undefined) {
    if (hasEnded(task))
      throw new AppError('conflict', `task ${task.id} is ${task.status}: its priority no longer counts`);
    patch.priority = update.priority;
  }
  if (update.budget !== undefined && Object.keys(update.budget).length > 0) {
    if (hasEnded(task))
      throw new AppError('conflict', `task ${task.id} is ${task.status}: give it the budget with \`tasks retry\``);
    patch.spec = { ...task.spec, budget: { ...task.spec.budget, ...update.budget } };
  }
  if (update.description !== undefined) {
    const description = oneLine(update.description, deps.limits.descriptionChars);
    if (description === '') throw new AppError('usage', 'the description is blank');
    patch.description = description;
  }
  if (update.metadata !== undefined || update.without !== undefined)
    Object.assign(patch, await metadataPatch(deps, tx, task, update));
  await tx.patchTask(task.id, patch);
  if (update.status !== undefined) await setStatus(deps, tx, task, update.status);
}

async function metadataPatch(deps: TaskDeps, tx: Tx, task: Task, update: TaskUpdate): Promise<TaskPatch> {
  const given = { ...update.metadata };
  if (Object.hasOwn(given, 'chat_id') || update.without?.includes('chat_id'))
    throw new AppError('bad-input', 'the metadata "chat_id" cannot be changed: a task is never moved to another chat');
  const metadata = { ...task.metadata, ...given };
  for (const key of update.without ?? []) delete metadata[key];
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > deps.limits.metadataBytes)
    throw new AppError(
      'bad-input',
      `the metadata has ${bytes} bytes; at most ${deps.limits.metadataBytes} are allowed`,
    );
  if (task.dedupeKey === undefined) return { metadata };
  const chatId = metadata.chat_id === undefined ? undefined : task.chatId;
  const dedupeKey = dedupeKeyOf({ instruction: task.prompt, metadata, chatId });
  const other = await tx.taskByDedupeKey(dedupeKey);
  if (other && other.id !== task.id)
    throw new AppError('conflict', `with this metadata it would be the same as ${other.id}, which is not finished`);
  return { metadata, dedupeKey };
}

async function setStatus(deps: TaskDeps, tx: Tx, task: Task, status: TaskStatus): Promise<void> {
  switch (status) {
    case 'queued':
      await retryTask(deps, tx, task.id, 'a person wanted it to go on');
      return;
    case 'stopped':
      if (!(await stopTask(deps, tx, task.id, 'stopped by a person')))
        throw new AppError('conflict', `Task ${task.id} cannot stop: it is ${task.status}`);
      return;
    case 'parked':
      return park(deps, tx, task);
    case 'waiting':
    case 'running':
    case 'completed':
    case 'failed':
      throw new AppError(
        'conflict',
        `Task ${task.id} cannot be set to ${status}: that comes about by itself; it can be set to queued, parked or stopped`,
      );
  }
}

async function park(deps: TaskDeps, tx: Tx, task: Task): Promise<void> {
  const status = mustTransition(task, { kind: 'park', attempt: task.attempt, reason: 'asked' });
  await tx.patchTask(task.id, { status, parkReason: 'asked', worker: null });
  const why = 'put aside by a person';
  const message = `${why}; it goes on when it is retried`;
  await tx.append(task.chatId, task.id, deps.clock.now(), [
    { type: 'task:parked', taskId: task.id, attempt: task.attempt, reason: 'asked', message },
  ]);
  await tellParked(deps, tx, task, why, 'retried');
}
