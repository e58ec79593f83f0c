import type { EntryBody, Outcome } from '../core/entry.ts';
import type { LaneId, TaskId } from '../core/ids.ts';
import { closeApprovals } from '../engine/approvals.ts';
import type { Task } from '../store/rows.ts';
import type { Reader, Tx } from '../store/store.ts';
import { hasEnded, type TaskEvent, transition } from './lifecycle.ts';
import { type Ended, notificationXml, summaryOf } from './notification.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * Ends a task in the given transaction: state, the entry that tells of it, the notification in the owner's inbox, and what becomes of the
 * tasks that depend on it. Returns false, and changes nothing, when the task may not end this way now (it has ended, or a newer attempt runs).
 */
export async function endTask(
  deps: TaskDeps,
  tx: Tx,
  id: TaskId,
  attempt: number,
  outcome: Outcome,
  tells: 'owner' | 'nobody' = 'owner',
): Promise<boolean> {
  const task = await tx.task(id);
  if (!task) return false;
  const result = transition(task, eventOf(task, attempt, outcome));
  if (!result.ok) return false;
  const now = deps.clock.now();
  await tx.patchTask(id, {
    status: result.status,
    outcome,
    endedAt: now,
    worker: null,
    waitReason: null,
    parkReason: null,
    dedupeKey: null,
  });
  const subtree = await tx.subtree(id);
  const ended: Ended = {
    task,
    outcome,
    usage: subtree.usage,
    toolUses: subtree.toolUses,
    durationMs: task.startedAt === undefined ? undefined : now - task.startedAt,
    outputFile: deps.transcripts.path(task),
  };
  const { usage, toolUses, durationMs } = ended;
  const body: EntryBody = {
    type: 'task:ended',
    taskId: id,
    attempt: task.attempt,
    outcome,
    usage,
    toolUses,
    ...(durationMs === undefined ? {} : { durationMs }),
  };
  await closeApprovals(tx, { chatId: task.chatId, lane: id }, now);
  await tx.append(task.chatId, id, now, [body]);
  if (tells === 'owner') await tellOwner(deps, tx, task, ended);
  await settleDependants(deps, tx, task, outcome);
  if (outcome.kind !== 'completed') await stopChildren(deps, tx, task);
  return true;
}

/** A task that did not complete takes everything under it along (S15): there is nobody left to report to. */
async function stopChildren(deps: TaskDeps, tx: Tx, task: Task): Promise<void> {
  for (const child of await tx.descendants(task.id)) {
    if (!hasEnded(child))
      await endTask(
        deps,
        tx,
        child.id,
        child.attempt,
        { kind: 'stopped', message: `"${task.description}", which it worked for, has ended`, by: task.id },
        'nobody',
      );
  }
}

function eventOf(task: Task, attempt: number, outcome: Outcome): TaskEvent {
  if (outcome.kind === 'stopped') return { kind: 'stop' };
  if (task.status !== 'running' && outcome.kind === 'failed') return { kind: 'abandon' };
  return { kind: 'end', attempt, outcome };
}

/** A background task tells its listener; the result of a foreground task is its tool call's. */
async function tellOwner(deps: TaskDeps, tx: Tx, task: Task, ended: Ended): Promise<void> {
  if (!task.isBackground || task.isSilent || task.notify === 'none') return;
  const lane = await listenerOf(tx, task);
  if (lane === undefined) return;
  await tx.putInbox({
    id: deps.ids('inbox'),
    chatId: task.chatId,
    lane,
    kind: 'notification',
    text: notificationXml(ended, deps.limits),
    from: task.id,
    status: ended.outcome.kind,
    summary: summaryOf(task, ended.outcome),
    wakes: task.notify === 'wake',
    takes: 'boundary',
    createdAt: deps.clock.now(),
  });
}

/** The lane that hears how a task ended: its owner, or, when that has ended or was deleted, the next above that lives; the main lane always does. */
export async function listenerOf(reader: Reader, task: Pick<Task, 'parentLane'>): Promise<LaneId | undefined> {
  let lane = task.parentLane;
  while (lane !== undefined && lane !== 'main') {
    const owner: Task | undefined = await reader.task(lane);
    if (owner && !hasEnded(owner)) return lane;
    lane = owner?.parentLane ?? 'main';
  }
  return lane;
}

/** Tasks that waited for this one alone are released; if it did not complete, they fail with that reason, and so on down the line (T8). */
async function settleDependants(deps: TaskDeps, tx: Tx, task: Task, outcome: Outcome): Promise<void> {
  for (const id of await tx.dependants(task.id)) {
    const dependant = await tx.task(id);
    if (dependant?.status !== 'waiting' || dependant.waitReason !== 'dependencies') continue;
    if (outcome.kind !== 'completed') {
      const message = `it depends on ${task.id} ("${task.description}"), which ${outcome.kind === 'failed' ? `failed: ${outcome.message}` : 'was stopped'}`;
      await endTask(deps, tx, id, dependant.attempt, { kind: 'failed', reason: 'dependency', message });
      continue;
    }
    if (await areComplete(tx, await tx.dependencies(id)))
      await tx.patchTask(id, { status: 'queued', waitReason: null });
  }
}

/** Whether all of these tasks have completed. */
async function areComplete(tx: Tx, ids: readonly TaskId[]): Promise<boolean> {
  for (const id of ids) if ((await tx.task(id))?.status !== 'completed') return false;
  return true;
}
