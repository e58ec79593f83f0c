import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentDefinition } from '../../src/core/agent.ts';
import type { Entry, EntryOf, EntryType } from '../../src/core/entry.ts';
import { type ChatId, createIds, type LaneId, type TaskId, type UserId } from '../../src/core/ids.ts';
import { type Limits, limits as standardLimits } from '../../src/core/limits.ts';
import type { Clock, Log } from '../../src/core/ports.ts';
import { createLiveHub } from '../../src/engine/live.ts';
import type { Models } from '../../src/models/model.ts';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { Task } from '../../src/store/rows.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createChat, type OpenChat, type OpenChatOptions, openChat } from '../../src/tasks/open-chat.ts';
import { createTranscripts } from '../../src/tasks/transcripts.ts';
import type { BaseDeps } from '../../src/tasks/working.ts';
import { createWorktrees } from '../../src/tasks/worktree.ts';
import { agentNamed } from './agent-named.ts';
import { createFakeClock, type FakeClock } from './clock.ts';
import { createFolder } from './folder.ts';
import { createMortal } from './mortal.ts';
import { createScriptModel, type Script, type ScriptModel } from './script-model.ts';
import { createScriptTools, type ScriptTools } from './script-tools.ts';

/** The one user of a world. */
export const user = 'user_test' as UserId; // a fixed id

export type World = {
  readonly root: string;
  readonly cwd: string;
  /** Stands still until it is advanced; with `isRealTime` it is not used. */
  readonly clock: FakeClock;
  readonly model: ScriptModel;
  readonly tools: ScriptTools;
  readonly agents: AgentDefinition[];
  /** Warnings and errors of all programs. */
  readonly logged: string[];
  readonly chatId: ChatId;
  /** Another program (as another process) over the same store, with the chat open. */
  open(options?: ProgramOptions): Promise<TestProgram>;
};

export type WorldOptions = {
  readonly limits?: Partial<Limits>;
  readonly isRealTime?: boolean;
  readonly contextWindow?: number;
  readonly agents?: readonly AgentDefinition[];
  /** Models of a provider instead of the scripted model. */
  readonly models?: ((clock: Clock) => Models) | undefined;
  /** Workspace of the chat; default: one that does not exist. */
  readonly cwd?: string;
};

type ProgramOptions = Partial<Omit<OpenChatOptions, 'chatId' | 'pid' | 'user'>>;

export type TestProgram = {
  readonly base: BaseDeps;
  readonly store: Store;
  readonly chat: OpenChat;
  say(text: string): Promise<void>;
  /** When nothing runs, waits or is owed; lets time pass meanwhile. */
  quiet(): Promise<void>;
  /** When the main lane has nothing to do, whatever runs beside it. */
  quietButTasks(): Promise<void>;
  entries(lane?: LaneId): Promise<Entry[]>;
  tasks(): Promise<Task[]>;
  close(): Promise<void>;
  /** The process is gone, as by SIGKILL: no timer of it fires, no write of it that has not been committed ever is. */
  kill(): Promise<void>;
  /** Kills it when that many further entries are committed, before anybody in it hears of the last one. */
  killAfter(entries: number): Promise<void>;
};

export const bypass: Policy = { mode: 'bypass', rules: [], roots: ['/work'] };

/** Several programs over one real SQLite store in a temporary directory, with a scripted model; all gone after the test, and no request was unpaired. */
export async function createWorld(script: Script, options: WorldOptions = {}): Promise<World> {
  const folder = await createFolder('tasks');
  const root = folder.path;
  const { cwd = '/work' } = options;
  const programs: TestProgram[] = [];
  const living = new Set<number>();
  const model = createScriptModel(script, options.contextWindow);
  onTestFinished(async () => {
    for (const program of programs) await program.close();
    await folder.remove();
    if (model.problems.length > 0) throw new Error(`Requests that a provider refuses: ${model.problems.join('; ')}`);
  });
  const clock = createFakeClock();
  const tools = createScriptTools();
  const agents = [...(options.agents ?? [agentNamed('general-purpose'), agentNamed('explore', { tools: ['Look'] })])];
  const logged: string[] = [];
  const store = await openStore(root);
  const makerIds = createIds(systemClock, systemRandom);
  const now: Clock = options.isRealTime ? systemClock : clock;
  await store.write(tx => tx.putUser({ id: user, name: 'test', createdAt: now.now() }));
  const chatId = await createChat({ store, ids: makerIds, clock: now }, { user, cwd, title: 'test' });
  await store.close();
  const parts: Parts = {
    root,
    model,
    models: options.models?.(now) ?? model,
    tools,
    agents,
    logged,
    chatId,
    living,
    clock: now,
    pass: () => (options.isRealTime ? Promise.resolve() : clock.advance(10)),
    limits: { ...(options.isRealTime ? {} : { recheckMs: never }), ...options.limits },
  };
  return {
    ...parts,
    cwd,
    clock,
    async open(programOptions = {}) {
      const program = await openProgram(parts, programOptions);
      programs.push(program);
      return program;
    },
  };
}

type Parts = Pick<World, 'root' | 'model' | 'tools' | 'agents' | 'logged' | 'chatId'> & {
  readonly models: Models;
  readonly living: Set<number>;
  readonly clock: Clock;
  /** Lets a little time pass. */
  readonly pass: () => Promise<void>;
  readonly limits: Partial<Limits>;
};

/** In a world whose clock is a test's nobody looks again by himself, so a wake-up that is lost is seen. */
const never = 1e12;

function openStore(root: string): Promise<Store> {
  return openSqliteStore({
    path: join(root, 'state', 'legwork.db'),
    clock: systemClock,
    random: systemRandom,
    files: createNodeFiles(),
  });
}

let lastPid = 1_000;

async function openProgram(parts: Parts, options: ProgramOptions): Promise<TestProgram> {
  const { root, models, chatId, living, agents } = parts;
  lastPid += 1;
  const pid = lastPid;
  living.add(pid);
  const real = await openStore(root);
  const mortal = createMortal(real, parts.clock, () => living.delete(pid));
  const { store, clock } = mortal;
  const limits = { ...standardLimits, ...parts.limits };
  const log = logInto(parts.logged);
  const base: BaseDeps = {
    store,
    clock,
    models,
    decide: createDecide({ home: '/home/test', ownPaths: [] }),
    ids: createIds(parts.clock, systemRandom),
    limits,
    log,
    live: createLiveHub(),
    agents: {
      list: async () => ({ agents, problems: [] }),
      refresh: async () => ({ agents, problems: [] }),
    },
    transcripts: createTranscripts({
      store,
      files: createNodeFiles(),
      directory: join(root, 'transcripts'),
      limits,
      log,
    }),
    worktrees: createWorktrees({
      processes: createNodeProcesses(systemClock),
      files: createNodeFiles(),
      directory: join(root, 'state', 'worktrees'),
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: root },
      limits,
    }),
    tools: parts.tools.tools,
    surroundings: async cwd => ({
      at: { cwd, home: '/home/test', levels: [cwd], platform: 'test', today: '2026-01-01', isRepository: false },
      memory: '',
    }),
    isAlive: other => living.has(other),
  };
  const chat = await openChat(base, {
    model: 'test/model',
    policy: bypass,
    startsOnLate: true,
    kind: 'test',
    canAsk: () => false,
    host: 'test',
    ...options,
    chatId,
    user,
    pid,
  });
  let isOpen = true;
  const kill = async () => {
    isOpen = false;
    await mortal.kill();
  };
  return {
    base,
    store,
    chat,
    say: async text => void (await chat.session.send(text)),
    quiet: () => until(async () => (await isMainQuiet()) && (await openTasks()).length === 0 && (await isMainQuiet())),
    quietButTasks: () => until(isMainQuiet),
    entries: lane => store.entries(chatId, lane === undefined ? {} : { lane }),
    tasks: () => store.tasks({ chatId }),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await chat.close();
      living.delete(pid);
      await real.close();
    },
    kill,
    async killAfter(entries) {
      await mortal.killAfter(entries);
      isOpen = false;
    },
  };

  function openTasks(): Promise<Task[]> {
    return store.tasks({ chatId, statuses: ['queued', 'waiting', 'running'] });
  }

  async function isMainQuiet(): Promise<boolean> {
    await parts.pass();
    const pending = (await store.pending(chatId, 'main')).filter(row => row.wakes);
    if (pending.length > 0 || chat.session.state() !== 'idle') return false;
    const entries = await store.entries(chatId, { lane: 'main' });
    return entries.findLast(({ type }) => type === 'turn:started' || type === 'turn:ended')?.type !== 'turn:started';
  }
}

function logInto(lines: string[]): Log {
  const add = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}`);
  return { debug() {}, info() {}, warn: add('warn'), error: add('error') };
}

/** What a task needs besides what a test says of it. */
export function newTask(chatId: ChatId) {
  return {
    chatId,
    depth: 1,
    definition: agentNamed('general-purpose'),
    prompt: 'work',
    description: 'work',
    model: 'test/model',
    base: [],
    policies: [bypass],
    cwd: '/work',
    dependsOn: [],
    creator: user,
    origin: 'test',
  };
}

/** Lets everything that runs go on until something holds; fails after a minute. */
export async function until(holds: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} never came to hold`);
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Lets what can run without time passing run: some rounds of the event loop. */
export async function rounds(count = 50): Promise<void> {
  for (let round = 0; round < count; round += 1) await new Promise(resolve => setImmediate(resolve));
}

export function ofType<T extends EntryType>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}

/** The first task with that description. */
export async function taskNamed(program: TestProgram, description: string): Promise<Task> {
  const found = (await program.tasks()).find(task => task.description === description);
  if (!found) throw new Error(`no task "${description}"`);
  return found;
}

export async function statusOf(program: TestProgram, id: TaskId): Promise<Task['status'] | undefined> {
  return (await program.store.task(id))?.status;
}
