import { AppError } from '../core/error.ts';
import type { TaskId } from '../core/ids.ts';
import { waitFor } from '../engine/wait-for.ts';
import type { Task } from '../store/rows.ts';
import type { Change } from '../store/store.ts';
import { hasEnded } from './lifecycle.ts';
import type { TaskDeps } from './task-deps.ts';
import { isPutAside } from './tell-parked.ts';

/** Waits until a task has ended, is parked until somebody retries it, or `isEnough` says so. Rejects with the signal's reason; AppError `not-found` when it is deleted meanwhile. */
export async function waitForTask(
  deps: Pick<TaskDeps, 'store' | 'clock' | 'limits'>,
  id: TaskId,
  signal: AbortSignal,
  isEnough: (task: Task) => boolean = () => false,
): Promise<Task> {
  const concerns = (change: Change) =>
    change.kind === 'elsewhere' || (change.touchedTasks && change.entries.some(entry => isAbout(entry, id)));
  return waitFor(
    deps,
    signal,
    async () => {
      const task = await deps.store.task(id);
      if (!task) throw new AppError('not-found', `task ${id} was deleted`);
      return hasEnded(task) || isPutAside(task) || isEnough(task) ? task : undefined;
    },
    concerns,
  );
}

function isAbout(entry: { type: string }, id: TaskId): boolean {
  return 'taskId' in entry && entry.taskId === id;
}
