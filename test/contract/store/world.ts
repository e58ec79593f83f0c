import type { ChatId, TaskId, UserId } from '../../../src/core/ids.ts';
import { createIds } from '../../../src/core/ids.ts';
import type { Schedule, Task } from '../../../src/store/rows.ts';
import type { Store } from '../../../src/store/store.ts';

export type Opened = {
  store: Store;
  /** Closes the store and opens what it left; `store` is stale afterwards. */
  reopen: () => Promise<Store>;
  dispose: () => Promise<void>;
};

let ticks = 0;
/** Ids in the order of the calls, the same in every run. */
export const ids = createIds(
  { now: () => 1_700_000_000_000 + ticks++ },
  { next: () => 0.5, bytes: length => new Uint8Array(length) },
);

export async function putUser(store: Store): Promise<UserId> {
  const id = ids('user');
  await store.write(tx => tx.putUser({ id, name: 'Ada', createdAt: 1 }));
  return id;
}

export async function putChat(store: Store, more: { userId?: UserId; updatedAt?: number; cwd?: string } = {}) {
  const id = ids('chat');
  const userId = more.userId ?? (await putUser(store));
  const { updatedAt = 10, cwd = '/work' } = more;
  await store.write(tx => tx.createChat({ id, userId, kind: 'person', title: 'First', cwd, createdAt: 10, updatedAt }));
  return id;
}

const spec: Task['spec'] = {
  definition: {
    name: 'explore',
    description: 'Looks around',
    tools: ['Read', 'Bash(git *)'],
    disallowedTools: [],
    model: 'inherit',
    skills: [],
    mcpServers: [],
    prompt: 'Look.',
    source: { kind: 'built-in', path: 'explore.md' },
  },
  base: [{ lane: 'main', throughSeq: 3 }],
  policies: [
    { mode: 'ask', rules: [{ kind: 'deny', tool: 'Bash', pattern: 'rm *', source: 'user' }], roots: ['/work'] },
  ],
  cwd: '/work',
  timeoutMs: 60_000,
  isolation: 'none',
};

export function aTask(chatId: ChatId, more: Partial<Task> = {}): Task {
  return {
    id: ids('task'),
    chatId,
    agentId: ids('agent'),
    conversationId: ids('conv'),
    depth: 1,
    agentType: 'explore',
    description: 'Find auth code',
    prompt: 'Where is it?',
    model: 'playbook/demo',
    spec,
    status: 'queued',
    attempt: 0,
    maxAttempts: 3,
    priority: 0,
    isBackground: true,
    isSilent: false,
    notify: 'wake',
    createdAt: 100,
    usage: {},
    toolUses: 0,
    steps: 0,
    creator: 'user_someone' as UserId, // A brand that only ids.ts gives; the column is free text.
    origin: 'agent',
    metadata: {},
    failures: [],
    ...more,
  };
}

export async function putTask(
  store: Store,
  chatId: ChatId,
  more: Partial<Task> = {},
  dependsOn: readonly TaskId[] = [],
) {
  const task = aTask(chatId, more);
  await store.write(tx => tx.insertTask(task, dependsOn));
  return task;
}

export async function putWorker(store: Store, leaseUntil = 1_000, endedAt?: number) {
  const id = ids('worker');
  const ended = endedAt === undefined ? {} : { endedAt };
  await store.write(tx =>
    tx.putWorker({ id, kind: 'interactive', pid: 7, host: 'here', startedAt: 1, leaseUntil, ...ended }),
  );
  return id;
}

let named = 0;
export function aSchedule(more: Partial<Schedule> = {}): Schedule {
  const id = ids('schedule');
  named += 1;
  return {
    id,
    name: `schedule ${named}`,
    when: 'every 2 hours',
    timeZone: 'Europe/Berlin',
    catchUp: 'one',
    prompt: 'Look again.',
    spec: {
      definition: spec.definition,
      policy: { mode: 'ask', rules: [{ kind: 'allow', tool: 'Read', source: 'user' }], roots: ['/work'] },
      cwd: '/work',
    },
    creator: 'user_someone' as UserId, // As in aTask.
    ownsChat: true,
    isEnabled: true,
    plannedAt: 1,
    passed: [],
    createdAt: named,
    ...more,
  };
}
