import type { Worker } from '../store/rows.ts';
import type { Program } from '../tasks/program.ts';

/** Processes that take tasks now, as far as the store knows. */
export async function liveWorkers({ store, base, host }: Pick<Program, 'store' | 'base' | 'host'>): Promise<Worker[]> {
  const now = base.clock.now();
  const workers = await store.workers();
  return workers.filter(worker => worker.leaseUntil >= now && (worker.host !== host || base.isAlive(worker.pid)));
}

export async function hasWorker(program: Pick<Program, 'store' | 'base' | 'host'>): Promise<boolean> {
  return (await liveWorkers(program)).length > 0;
}
