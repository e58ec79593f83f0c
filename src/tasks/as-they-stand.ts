import type { Task } from '../store/rows.ts';
import { sightOf } from './live-workers.ts';
import type { Program } from './program.ts';
import { isStale, type JudgeTask } from './stale-worker.ts';

/**
 * Tasks as they stand: a row goes on saying that a task runs until somebody finds its process gone and parks it. Whoever only looks says so, too,
 * and writes nothing. `isLeft` judges: `isStale`, or `isAbandoned` where something is deleted.
 */
export async function asTheyStand(
  program: Pick<Program, 'store' | 'base' | 'host'>,
  tasks: readonly Task[],
  isLeft: JudgeTask = isStale,
): Promise<Task[]> {
  if (!tasks.some(task => task.status === 'running')) return [...tasks];
  const workers = new Map((await program.store.workers()).map(worker => [worker.id, worker]));
  const sight = sightOf(program);
  return tasks.map(task =>
    isLeft(task, workers, sight) ? { ...task, status: 'parked', parkReason: 'process-gone' } : task,
  );
}
