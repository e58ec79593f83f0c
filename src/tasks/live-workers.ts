import type { Worker } from '../store/rows.ts';
import type { Program } from './program.ts';
import { type Sight, standingOf } from './stale-worker.ts';

/** Processes that take tasks now, as far as the store knows. */
export async function liveWorkers(program: Pick<Program, 'store' | 'base' | 'host'>): Promise<Worker[]> {
  const sight = sightOf(program);
  const workers = await program.store.workers();
  return workers.filter(worker => standingOf(worker, sight) === 'alive');
}

/** What this process can tell of others now. */
export function sightOf({ base, host }: Pick<Program, 'base' | 'host'>): Sight {
  return { host, now: base.clock.now(), isAlive: base.isAlive };
}

export async function hasWorker(program: Pick<Program, 'store' | 'base' | 'host'>): Promise<boolean> {
  return (await liveWorkers(program)).length > 0;
}
