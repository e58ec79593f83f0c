import { messageOf } from '../core/error.ts';
import type { WorkerId } from '../core/ids.ts';
import type { Engine } from '../engine/lane-work.ts';
import type { Worker } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';

export type WorkerDeps = Pick<Engine, 'store' | 'clock' | 'limits' | 'log' | 'ids'> & {
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
  /** Ends what the tools of a dead process of this machine left running; absent where tools run nothing outside of it. */
  readonly endOrphans?: ((pid: number) => void) | undefined;
};
export type WorkerIdentity = Pick<Worker, 'kind' | 'pid' | 'host'>;
export type Registration = {
  /** Changes when this process was declared dead by others (it was stopped too long) and registers anew; what it wrote under the old id is fenced. */
  readonly id: () => WorkerId;
  readonly close: () => Promise<void>;
};

/**
 * Registers this process as a worker and renews its lease, the only one that there is: lanes and tasks name their worker. Frees at once what
 * belonged to workers of this machine whose process is gone, and later what belonged to any whose lease ran out.
 */
export async function registerWorker(deps: WorkerDeps, identity: WorkerIdentity): Promise<Registration> {
  const { store, clock, limits } = deps;
  let id = await register(deps, identity);
  let isOpen = true;
  let cancel: () => void = ignore;
  let cancelLook: () => void = ignore;

  async function renew(): Promise<void> {
    const isOurs = await store.write(async tx => {
      const isRenewed = await tx.renewWorker(id, clock.now() + limits.leaseMs);
      if (isRenewed) await reap(deps, tx, id, identity.host);
      return isRenewed;
    });
    if (isOurs || !isOpen) return;
    deps.log.warn('this process was stopped for so long that others took its work; registering anew', { worker: id });
    id = await register(deps, identity);
  }
  function schedule(): void {
    cancel = clock.after(limits.leaseRenewMs, () => {
      void renew()
        .catch(error => deps.log.warn('the lease could not be renewed', { error: messageOf(error) }))
        .finally(() => isOpen && schedule());
    });
  }
  /** What died on this machine is taken over within `limits.recheckMs`, not only when its lease has run out (R12). */
  async function lookAround(): Promise<void> {
    const { host } = identity;
    const workers = await store.workers();
    const isDead = workers.some(worker => worker.id !== id && isGone(deps, worker, host, clock.now()));
    if (isDead && isOpen) await store.write(tx => reap(deps, tx, id, host));
  }
  function scheduleLook(): void {
    cancelLook = clock.after(limits.recheckMs, () => {
      void lookAround()
        .catch(error => isOpen && deps.log.warn('looking for dead workers failed', { error: messageOf(error) }))
        .finally(() => isOpen && scheduleLook());
    });
  }
  schedule();
  scheduleLook();
  return {
    id: () => id,
    async close() {
      isOpen = false;
      cancel();
      cancelLook();
      await store.write(tx => tx.endWorker(id, clock.now()));
    },
  };
}

function ignore(): void {}

async function register(deps: WorkerDeps, identity: WorkerIdentity): Promise<WorkerId> {
  const id = deps.ids('worker');
  await deps.store.write(async tx => {
    const startedAt = deps.clock.now();
    await tx.putWorker({ id, ...identity, startedAt, leaseUntil: startedAt + deps.limits.leaseMs });
    await reap(deps, tx, id, identity.host);
  });
  return id;
}

/**
 * Ends the workers that are gone and parks what they ran; whoever serves the chat takes it up from there. `self`: the worker that looks, if it is one.
 */
export async function reap(
  deps: Pick<WorkerDeps, 'clock' | 'isAlive' | 'endOrphans'>,
  tx: Tx,
  self: WorkerId | undefined,
  host: string,
): Promise<void> {
  const now = deps.clock.now();
  const gone = (await tx.workers()).filter(worker => worker.id !== self && isGone(deps, worker, host, now));
  if (gone.length === 0) return;
  for (const worker of gone) {
    if (worker.host === host && !deps.isAlive(worker.pid)) deps.endOrphans?.(worker.pid);
    await tx.endWorker(worker.id, now);
  }
  const ids = new Set(gone.map(worker => worker.id));
  for (const task of await tx.tasks({ statuses: ['running'] })) {
    if (task.worker === undefined || !ids.has(task.worker)) continue;
    const message = goneMessage(task.attempt);
    const failures = [...task.failures, message];
    await tx.patchTask(task.id, { status: 'parked', parkReason: 'process-gone', worker: null, failures });
    await tx.append(task.chatId, task.id, now, [
      { type: 'task:parked', taskId: task.id, attempt: task.attempt, reason: 'process-gone', message },
    ]);
  }
}

/** Why an attempt failed whose process went away. */
export function goneMessage(attempt: number): string {
  return `the process that ran attempt ${attempt} is gone`;
}

function isGone(deps: Pick<WorkerDeps, 'isAlive'>, worker: Worker, host: string, now: number): boolean {
  return worker.leaseUntil < now || (worker.host === host && !deps.isAlive(worker.pid));
}
