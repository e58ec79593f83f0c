import type { ChatId, WorkerId } from '../core/ids.ts';
import { createPool, type Pool } from './pool.ts';
import type { TaskDeps } from './task-deps.ts';
import { registerWorker, type WorkerDeps, type WorkerIdentity } from './worker.ts';

/** Everything that tasks need and that does not depend on who runs them. */
export type BaseDeps = Omit<TaskDeps, 'room' | 'canAsk' | 'rootPolicy' | 'allowedInChat' | 'runBudget'> &
  Pick<WorkerDeps, 'isAlive' | 'endOrphans'>;

export type Working = {
  readonly deps: TaskDeps;
  readonly pool: Pool;
  readonly worker: () => WorkerId;
  /** Puts back what runs, gives up the lease, and resolves when transcripts are written. */
  close(): Promise<void>;
};

export type WorkingOptions = WorkerIdentity &
  Pick<TaskDeps, 'rootPolicy' | 'allowedInChat' | 'runBudget'> & {
    /** Chats whose tasks are run here; undefined: all. */
    readonly chatIds: () => readonly ChatId[] | undefined;
    readonly canAsk: (chatId: ChatId) => boolean;
  };

/** Makes this process a worker: registers it, frees what dead ones left, and begins to take tasks. */
export async function startWorking(base: BaseDeps, options: WorkingOptions): Promise<Working> {
  const { kind, pid, host, chatIds, canAsk, rootPolicy, allowedInChat, runBudget } = options;
  const registration = await registerWorker(base, { kind, pid, host });
  const endTranscripts = base.transcripts.follow();
  const deps: TaskDeps = { ...base, canAsk, rootPolicy, allowedInChat, runBudget, room: model => pool.room(model) };
  const pool = createPool(deps, { worker: registration.id, chatIds });
  pool.start();
  return {
    deps,
    pool,
    worker: registration.id,
    async close() {
      await pool.close();
      await registration.close();
      await endTranscripts();
    },
  };
}

/** For who only asks and orders: runs nothing. */
export function idleDeps(base: BaseDeps): TaskDeps {
  return { ...base, canAsk: () => false, room: () => 0 };
}
