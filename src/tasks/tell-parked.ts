import type { Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { listenerOf } from './end-task.ts';
import type { TaskDeps } from './task-deps.ts';

/** Whether a task is parked until somebody retries it; one whose process went away is taken up by itself. */
export function isPutAside(task: Pick<Task, 'status' | 'parkReason'>): boolean {
  return task.status === 'parked' && task.parkReason !== 'process-gone';
}

/**
 * Tells the lane that hears of a background task (`listenerOf`) that it is parked, in the transaction that parks it; a foreground task tells it by the result of
 * its call. `why` and `how` are what parked it and what lets it go on: `it goes on when it is …`.
 */
export async function tellParked(deps: TaskDeps, tx: Tx, task: Task, why: string, how: string): Promise<void> {
  if (!task.isBackground || task.isSilent || task.notify === 'none') return;
  const lane = await listenerOf(tx, task);
  if (lane === undefined) return;
  await tx.putInbox({
    id: deps.ids('inbox'),
    chatId: task.chatId,
    lane,
    kind: 'remark',
    text: `Task ${task.id} ("${task.description}") is parked: ${why}. It is not lost; it goes on when it is ${how}.`,
    from: task.id,
    wakes: task.notify === 'wake',
    takes: 'boundary',
    createdAt: deps.clock.now(),
  });
}
