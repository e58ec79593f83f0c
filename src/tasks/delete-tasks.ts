import type { TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { endTask } from './end-task.ts';
import { hasEnded } from './lifecycle.ts';
import { stopTask } from './stop-task.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * Ends what tasks leave behind that are about to be deleted: those that wait for them fail, and what is open of them and under them is stopped,
 * of which its owner is told. To be called in the transaction that deletes.
 */
export async function endBeforeDeletion(deps: TaskDeps, tx: Tx, tasks: readonly Task[]): Promise<void> {
  await failDependants(deps, tx, tasks);
  for (const task of tasks) {
    await stopTask(deps, tx, task.id, 'it was deleted');
    for (const child of await tx.descendants(task.id))
      if (!hasEnded(child))
        await stopTask(deps, tx, child.id, `"${task.description}", which it worked for, was deleted`);
  }
}

/**
 * What becomes of tasks that wait for some that are about to be deleted: they end as `failed` with that reason (T8). A dependency that had
 * completed had been met. To be called in the transaction that deletes.
 */
export async function failDependants(deps: TaskDeps, tx: Tx, deleted: readonly Task[]): Promise<void> {
  const ids = new Set<TaskId>(deleted.map(task => task.id));
  for (const task of deleted) {
    if (task.status === 'completed') continue;
    for (const id of await tx.dependants(task.id)) {
      const dependant = await tx.task(id);
      if (ids.has(id) || dependant?.status !== 'waiting') continue;
      const message = `it depends on ${task.id} ("${task.description}"), which was deleted`;
      await endTask(deps, tx, id, dependant.attempt, { kind: 'failed', reason: 'dependency', message });
    }
  }
}
