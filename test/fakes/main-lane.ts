import type { ChatId, WorkerId } from '../../src/core/ids.ts';
import { createIds } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import type { Clock } from '../../src/core/ports.ts';
import { driveLane, type LaneDriver } from '../../src/engine/lane-driver.ts';
import { createLiveHub } from '../../src/engine/live.ts';
import type { Models } from '../../src/models/model.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Store } from '../../src/store/store.ts';
import { createFileLedger } from '../../src/tasks/file-ledger.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import type { TaskDeps } from '../../src/tasks/task-deps.ts';
import { silent } from './models.ts';
import { noTranscripts, noWorktrees } from './no-files.ts';
import { bypass, user } from './program.ts';

/** What a process stands on whose tools and agents nobody asks for. Its ids are its own by `mark`, and the same in each run. */
export function laneDeps(store: Store, clock: Clock, models: Models, mark: number): TaskDeps {
  const listed = Promise.resolve({ agents: [], problems: [] });
  return {
    store,
    clock,
    models,
    decide: createDecide({ home: '/home/test', ownPaths: [] }),
    ids: createIds(clock, { next: () => 0.5, bytes: length => new Uint8Array(length).fill(mark) }),
    limits,
    log: silent,
    live: createLiveHub(),
    agents: { list: () => listed, refresh: () => listed },
    transcripts: noTranscripts,
    worktrees: noWorktrees,
    tools: [],
    surroundings: async cwd => ({
      at: { cwd, home: '/home/test', levels: [cwd], platform: 'test', today: '2026-01-01', isRepository: false },
      memory: '',
    }),
    canAsk: () => false,
    room: () => 0,
  };
}

/** A chat, and nothing in it. */
export async function chatIn({ store, ids, clock }: Pick<TaskDeps, 'store' | 'ids' | 'clock'>): Promise<ChatId> {
  await store.write(tx => tx.putUser({ id: user, name: 'test', createdAt: clock.now() }));
  return createChat({ store, ids, clock }, { user, cwd: '/work', title: 'test' });
}

/** Registers a process of that name; its lease does not run out by itself. */
export async function registered(store: Store, name: string): Promise<WorkerId> {
  const id = `worker_${name}` as WorkerId; // ids made here; nothing looks at their form
  await store.write(tx => tx.putWorker({ id, kind: 'test', pid: 1, host: 'test', startedAt: 0, leaseUntil: 0 }));
  return id;
}

/** The real driver of a chat's main lane, with an agent that has no tools. */
export function driveMain(deps: TaskDeps, chatId: ChatId, worker: () => WorkerId): LaneDriver {
  const files = createFileLedger();
  return driveLane(
    deps,
    { chatId, lane: 'main' },
    {
      worker,
      work: async epoch => ({
        chatId,
        lane: 'main',
        fence: { kind: 'lane', chatId, lane: 'main', epoch },
        agent: 'primary',
        model: 'test/model',
        system: '',
        base: [],
        tools: [],
        policies: [bypass],
        cwd: '/work',
        files,
        canAsk: () => false,
      }),
      onState: () => undefined,
      onTurnEnd: () => undefined,
      startsOnLate: true,
      expectsMore: async () => false,
    },
  );
}

/** Puts what a person typed into the inbox of the main lane. */
export async function type({ store, ids, clock }: TaskDeps, chatId: ChatId, text: string): Promise<void> {
  const [id, createdAt] = [ids('inbox'), clock.now()];
  await store.write(tx =>
    tx.putInbox({
      id,
      chatId,
      lane: 'main',
      kind: 'input',
      text,
      author: user,
      wakes: true,
      takes: 'boundary',
      createdAt,
    }),
  );
}
