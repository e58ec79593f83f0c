import type { Task } from '../store/rows.ts';
import type { Program } from '../tasks/program.ts';
import { liveWorkers } from './workers.ts';

/**
 * Tasks as they stand: a row goes on saying that a task runs until somebody finds its process gone and parks it. Whoever only looks says so, too,
 * and writes nothing.
 */
export async function asTheyStand(
  program: Pick<Program, 'store' | 'base' | 'host'>,
  tasks: readonly Task[],
): Promise<Task[]> {
  if (!tasks.some(task => task.status === 'running')) return [...tasks];
  const live = new Set((await liveWorkers(program)).map(worker => worker.id));
  return tasks.map(task => {
    if (task.status !== 'running' || (task.worker !== undefined && live.has(task.worker))) return task;
    return { ...task, status: 'parked', parkReason: 'process-gone' };
  });
}
