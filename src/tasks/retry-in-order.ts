import { AppError } from '../core/error.ts';
import type { TaskId } from '../core/ids.ts';
import type { Tx } from '../store/store.ts';
import { hasEnded } from './lifecycle.ts';
import { retryTask } from './resume-task.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * Retries a task without passing over its dependencies (T8): while they are not complete it waits for them. AppError `conflict` when one of
 * them has ended without completing, and in the cases of `retryTask`.
 */
export async function retryInOrder(deps: TaskDeps, tx: Tx, id: TaskId, reason: string): Promise<'queued' | 'waiting'> {
  let isWaiting = false;
  for (const other of await tx.dependencies(id)) {
    const dependency = await tx.task(other);
    if (!dependency || dependency.status === 'completed') continue;
    if (hasEnded(dependency))
      throw new AppError(
        'conflict',
        `task ${id} depends on ${other}, which is ${dependency.status}; retry that one first`,
      );
    isWaiting = true;
  }
  await retryTask(deps, tx, id, reason);
  if (!isWaiting) return 'queued';
  const task = await tx.task(id);
  await tx.patchTask(id, { status: 'waiting', waitReason: 'dependencies' });
  if (task)
    await tx.append(task.chatId, id, deps.clock.now(), [{ type: 'task:waited', taskId: id, reason: 'dependencies' }]);
  return 'waiting';
}
