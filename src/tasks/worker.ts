import { messageOf } from '../core/error.ts';
import type { WorkerId } from '../core/ids.ts';
import type { Engine } from '../engine/lane-work.ts';
import type { Worker } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { createSilence, type Silence } from './silence.ts';

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
 * belonged to workers of this machine whose process is gone, and later what belonged to any that has not renewed its lease for that long.
 */
export async function registerWorker(deps: WorkerDeps, identity: WorkerIdentity): Promise<Registration> {
  const { store, clock, limits } = deps;
  const watcher: Watcher = { ...deps, host: identity.host, silence: createSilence(clock, limits) };
  let id = await register(watcher, identity);
  let isOpen = true;
  let cancel: () => void = ignore;
  let cancelLook: () => void = ignore;
  let renewing: Promise<void> | undefined;

  function renew(): Promise<void> {
    renewing ??= renewOnce().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }
  async function renewOnce(): Promise<void> {
    const isOurs = await store.write(async tx => {
      const isRenewed = await tx.renewWorker(id, clock.now() + limits.leaseMs);
      if (isRenewed) await reap(watcher, tx, id);
      return isRenewed;
    });
    if (isOurs || !isOpen) return;
    deps.log.warn('this process was stopped for so long that others took its work; registering anew', { worker: id });
    id = await register(watcher, identity);
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
    const workers = await store.workers();
    if (!isOpen) return;
    if (!workers.some(worker => worker.id === id)) return renew();
    if (goneOf(watcher, workers, id).length > 0) await store.write(tx => reap(watcher, tx, id));
  }
  function scheduleLook(): void {
    // What has run out by now was not ended by the last look, or is this process itself: that is tried again no sooner than anything else.
    const nextMs = watcher.silence.nextMs();
    cancelLook = clock.after(nextMs > 0 ? Math.min(limits.recheckMs, nextMs) : limits.recheckMs, () => {
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
      // Whether that failed was said in the log; it is no reason not to leave in order.
      await renewing?.catch(ignore);
      await store.write(tx => tx.endWorker(id, clock.now()));
    },
  };
}

function ignore(): void {}

/** Who ends others, on the machine `host`. */
type Reaper = Pick<WorkerDeps, 'clock' | 'isAlive' | 'endOrphans'> & { readonly host: string };
type Watcher = WorkerDeps & Reaper & { readonly silence: Silence };

async function register(watcher: Watcher, identity: WorkerIdentity): Promise<WorkerId> {
  const id = watcher.ids('worker');
  await watcher.store.write(async tx => {
    const startedAt = watcher.clock.now();
    await tx.putWorker({ id, ...identity, startedAt, leaseUntil: startedAt + watcher.limits.leaseMs });
    await reap(watcher, tx, id);
    await tx.forgetWorkers(watcher.limits.endedWorkersKept);
  });
  return id;
}

/** Ends the workers that are gone and parks what they ran; whoever serves the chat takes it up from there. */
async function reap(watcher: Watcher, tx: Tx, self: WorkerId): Promise<void> {
  await endGone(watcher, tx, goneOf(watcher, await tx.workers(), self));
}

/**
 * Ends the workers of this machine whose process is gone and parks what they ran: for who looks only once. Whether a lease ran out is told by
 * workers alone, who look again and again.
 */
export async function reapDead(reaper: Reaper, tx: Tx): Promise<void> {
  const workers = await tx.workers();
  await endGone(
    reaper,
    tx,
    workers.filter(worker => isDead(reaper, worker)),
  );
}

async function endGone(reaper: Reaper, tx: Tx, gone: readonly Worker[]): Promise<void> {
  if (gone.length === 0) return;
  const now = reaper.clock.now();
  for (const worker of gone) {
    if (isDead(reaper, worker)) reaper.endOrphans?.(worker.pid);
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

function goneOf(watcher: Watcher, workers: readonly Worker[], self: WorkerId): Worker[] {
  const silent = watcher.silence.look(workers);
  return workers.filter(worker => worker.id !== self && (silent.has(worker.id) || isDead(watcher, worker)));
}

function isDead({ host, isAlive }: Reaper, worker: Worker): boolean {
  return worker.host === host && !isAlive(worker.pid);
}
