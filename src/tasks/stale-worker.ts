import type { WorkerId } from '../core/ids.ts';
import type { Task, Worker } from '../store/rows.ts';

/** What a process can tell of others: the time, the machine that it is on, and which processes of that machine live. */
export type Sight = {
  readonly host: string;
  readonly now: number;
  readonly isAlive: (pid: number) => boolean;
};

/**
 * How a registered worker stands. `process-gone`: on this machine, and no such process is there any more. `lease-over`: it has not been heard of
 * for longer than its lease, so others may take its work. `ended`: it has left, or was said to be gone by another.
 */
export type Standing = 'alive' | 'process-gone' | 'lease-over' | 'ended';

export function standingOf(
  worker: Pick<Worker, 'pid' | 'host' | 'leaseUntil' | 'endedAt'>,
  { host, now, isAlive }: Sight,
): Standing {
  if (worker.endedAt !== undefined) return 'ended';
  if (worker.host === host && !isAlive(worker.pid)) return 'process-gone';
  return worker.leaseUntil < now ? 'lease-over' : 'alive';
}

/** Whether a task says that it runs although nobody runs it: its worker is gone, and nobody has parked it yet. */
export function isStale(
  task: Pick<Task, 'status' | 'worker'>,
  workers: ReadonlyMap<WorkerId, Worker>,
  sight: Sight,
): boolean {
  if (task.status !== 'running') return false;
  const worker = task.worker && workers.get(task.worker);
  return !worker || standingOf(worker, sight) !== 'alive';
}
