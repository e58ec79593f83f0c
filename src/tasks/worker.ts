import { messageOf } from '../core/error.ts';
import type { WorkerId } from '../core/ids.ts';
import type { Engine } from '../engine/lane-work.ts';
import type { Worker } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';

export type WorkerDeps = Pick<Engine, 'store' | 'clock' | 'limits' | 'log'> & {
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
};

export type Registration = { readonly id: WorkerId; readonly close: () => Promise<void> };

/**
 * Registers this process as a worker and renews its lease, the only one that there is: lanes and tasks name their worker. Frees at once what
 * belonged to workers of this machine whose process is gone, and later what belonged to any whose lease ran out. `onLost` is called when
 * others declared this worker dead (it was stopped too long): whatever it still writes is fenced.
 */
export async function registerWorker(
  deps: WorkerDeps,
  self: Pick<Worker, 'id' | 'kind' | 'pid' | 'host'>,
  onLost: () => void,
): Promise<Registration> {
  const { store, clock, limits } = deps;
  const startedAt = clock.now();
  await store.write(async tx => {
    await tx.putWorker({ ...self, startedAt, leaseUntil: startedAt + limits.leaseMs });
    await reap(deps, tx, self);
  });
  let isOpen = true;
  let cancel = () => undefined as void;
  async function renew(): Promise<void> {
    const now = clock.now();
    const isOurs = await store.write(async tx => {
      const renewed = await tx.renewWorker(self.id, now + limits.leaseMs);
      if (renewed) await reap(deps, tx, self);
      return renewed;
    });
    if (!isOurs && isOpen) onLost();
  }
  function schedule(): void {
    cancel = clock.after(limits.leaseRenewMs, () => {
      void renew()
        .catch(error => deps.log.warn('the lease could not be renewed', { error: messageOf(error) }))
        .finally(() => isOpen && schedule());
    });
  }
  schedule();
  return {
    id: self.id,
    async close() {
      isOpen = false;
      cancel();
      await store.write(tx => tx.endWorker(self.id, clock.now()));
    },
  };
}

/** Ends the workers that are gone and parks what they ran; whoever serves the chat takes it up from there. */
async function reap(deps: WorkerDeps, tx: Tx, self: Pick<Worker, 'id' | 'host'>): Promise<void> {
  const now = deps.clock.now();
  const workers = await tx.workers();
  const gone = workers.filter(
    worker => worker.id !== self.id && worker.endedAt === undefined && isGone(deps, worker, self.host, now),
  );
  if (gone.length === 0) return;
  for (const worker of gone) await tx.endWorker(worker.id, now);
  const ids = new Set(gone.map(worker => worker.id));
  for (const task of await tx.tasks({ statuses: ['running'] })) {
    if (task.worker === undefined || !ids.has(task.worker)) continue;
    const message = `the process that ran attempt ${task.attempt} is gone`;
    await tx.patchTask(task.id, {
      status: 'parked',
      parkReason: 'process-gone',
      worker: null,
      failures: [...task.failures, message],
    });
    await tx.append(task.chatId, task.id, now, [
      { type: 'task:parked', taskId: task.id, attempt: task.attempt, reason: 'process-gone', message },
    ]);
  }
}

function isGone(deps: WorkerDeps, worker: Worker, host: string, now: number): boolean {
  return worker.leaseUntil < now || (worker.host === host && !deps.isAlive(worker.pid));
}
