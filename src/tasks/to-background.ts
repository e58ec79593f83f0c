import type { ChatId, LaneId, TaskId } from '../core/ids.ts';
import { openStatuses } from '../core/task-status.ts';
import type { Task } from '../store/rows.ts';
import type { Reader, Tx } from '../store/store.ts';
import { hasEnded } from './lifecycle.ts';
import type { TaskDeps } from './task-deps.ts';
import { isPutAside } from './tell-parked.ts';

/**
 * Moves a task to the background, in the given transaction: the call that waits for it returns at once, the work goes on, and its end is
 * told to its owner by a notification (S9). False, and nothing is changed, when no call waits for it: it is in the background, it has ended, or it is parked until
 * somebody retries it.
 */
export async function moveToBackground(deps: Pick<TaskDeps, 'clock'>, tx: Tx, id: TaskId): Promise<boolean> {
  const task = await tx.task(id);
  if (!task || !isInFront(task)) return false;
  await tx.patchTask(id, { isBackground: true });
  await tx.append(task.chatId, id, deps.clock.now(), [{ type: 'task:backgrounded', taskId: id }]);
  return true;
}

/** The tasks that calls of a lane wait for. */
export async function tasksInFront(reader: Reader, chatId: ChatId, lane: LaneId): Promise<Task[]> {
  return (await reader.tasks({ chatId, parentLane: lane, statuses: openStatuses })).filter(isInFront);
}

function isInFront(task: Task): boolean {
  return !task.isBackground && !hasEnded(task) && !isPutAside(task);
}
