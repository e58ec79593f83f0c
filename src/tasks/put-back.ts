import type { Task } from '../store/rows.ts';
import type { TaskDeps } from './task-deps.ts';

/**
 * What ran in these attempts waits to be taken up again, with its lane as it stands. It does not count as a failed attempt. What has ended or
 * was taken by somebody else is left alone.
 */
export async function putBack(deps: TaskDeps, tasks: readonly Task[], message: string): Promise<void> {
  if (tasks.length === 0) return;
  await deps.store.write(async tx => {
    for (const task of tasks) {
      const row = await tx.task(task.id);
      if (row?.status !== 'running' || row.attempt !== task.attempt) continue;
      await tx.patchTask(task.id, { status: 'parked', parkReason: 'process-gone', worker: null });
      await tx.append(task.chatId, task.id, deps.clock.now(), [
        { type: 'task:parked', taskId: task.id, attempt: task.attempt, reason: 'process-gone', message },
      ]);
    }
  });
}
