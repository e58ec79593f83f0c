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

/** `workers`: those that have not ended. */
export type JudgeTask = (
  task: Pick<Task, 'status' | 'worker'>,
  workers: ReadonlyMap<WorkerId, Worker>,
  sight: Sight,
) => boolean;

/** Whether a task says that it runs although nobody runs it: its worker is gone, and nobody has parked it yet. */
export const isStale: JudgeTask = (task, workers, sight) => {
  if (task.status !== 'running') return false;
  const worker = task.worker && workers.get(task.worker);
  return !worker || standingOf(worker, sight) !== 'alive';
};

/**
 * The same without a doubt, for what cannot be taken back: a lease that is over by the time of day says little of a process that is there. A machine
 * that slept, or whose clock was set, has such for some seconds (R14).
 */
export const isAbandoned: JudgeTask = (task, workers, sight) => {
  if (task.status !== 'running') return false;
  const worker = task.worker && workers.get(task.worker);
  return !worker || isGone(worker, sight);
};

/** Whether a registered worker is no more, without a doubt. */
export function isGone(worker: Worker, sight: Sight): boolean {
  const standing = standingOf(worker, sight);
  return standing === 'process-gone' || standing === 'ended';
}
