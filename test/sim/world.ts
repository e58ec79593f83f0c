import type { ChatId } from '../../src/core/ids.ts';
import { createIds } from '../../src/core/ids.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import type { Change, Store } from '../../src/store/store.ts';
import { createChat, type OpenChat } from '../../src/tasks/open-chat.ts';
import type { BaseDeps, Working } from '../../src/tasks/working.ts';
import { createSimClock, type Wall } from './clock.ts';
import { createLatency } from './latency.ts';
import { createMirror, type Mirror } from './mirror.ts';
import type { Mutant } from './mutants.ts';
import { createPrng, type Prng } from './prng.ts';
import { drawProfile, type Profile } from './profile.ts';
import { openAsFace, openAsWorker, simBase, simUser } from './program.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createProcess, createScheduler, type Process, type Scheduler } from './scheduler.ts';
import type { Left, Note, Scope } from './scope.ts';
import { type SimStore, scheduleStore } from './store.ts';
import { simTools } from './tools.ts';

/** A program of the world: one process that has a chat open, or that only runs tasks. */
export type SimProgram = {
  readonly scope: Scope;
  readonly process: Process;
  readonly store: SimStore;
  readonly base: BaseDeps;
  readonly pid: number;
  /** The chat that it opens; absent: it runs the tasks of all chats. */
  readonly chatId: ChatId | undefined;
  /** Once it is open. */
  chat?: OpenChat;
  working?: Working;
  isClosing: boolean;
};

export type World = {
  readonly prng: Prng;
  readonly profile: Profile;
  readonly scheduler: Scheduler;
  readonly recorder: Recorder;
  readonly mirror: Mirror;
  readonly wall: Wall;
  readonly left: Left;
  readonly chatIds: readonly ChatId[];
  /** Living ones. */
  readonly programs: readonly SimProgram[];
  /** A shell that never dies: commands run there. */
  readonly terminal: SimProgram;
  /** Steps that belong to no program. */
  readonly fate: Process;
  readonly note: Note;
  readonly counts: { kills: number; stops: number };
  /** Virtual time of the last commit that changed more than a lease. */
  readonly lastChange: () => number;
  open(chatId: ChatId | undefined): void;
  kill(program: SimProgram): void;
  /** It has closed by itself. */
  gone(program: SimProgram): void;
};

export type WorldOptions = {
  readonly seed: number;
  /** A handle of the database that all programs share, as a process of its own would open it. */
  readonly openStore: () => Store;
  readonly onNote?: ((line: string) => void) | undefined;
  readonly mutant?: Mutant | undefined;
  /** Called when a commit has been made, with what it changed: users and fate react to it. */
  readonly onCommit: (world: World, process: Process, change: Change) => void;
  /** Called when a program has a chat open. */
  readonly onOpen: (world: World, program: SimProgram) => void;
};

export async function createWorld(options: WorldOptions): Promise<World> {
  const prng = createPrng(options.seed);
  const drawn = drawProfile(prng);
  const profile = { ...drawn, limits: { ...drawn.limits, ...options.mutant?.limits } };
  const scheduler = createScheduler(prng);
  const recorder = createRecorder();
  const mirror = createMirror();
  const wall: Wall = { offset: Date.UTC(2026, 0, 1) };
  const left: Left = { tasks: profile.tasks, replies: profile.replies, isWindingDown: false };
  const latency = createLatency(prng, profile.latency);
  const programs: SimProgram[] = [];
  const counts = { kills: 0, stops: 0 };
  let lastChange = 0;
  let pid = 100;

  const note: Note = (process, line) => {
    options.onNote?.(`${(scheduler.now() / 1000).toFixed(4).padStart(9)} ${process.name.padEnd(8)} ${line()}`);
  };

  function onCommit(process: Process, change: Change): void {
    if (change.kind !== 'committed') return;
    const { entries, touchedInbox, touchedTasks } = change;
    if (entries.length > 0 || touchedInbox || touchedTasks) lastChange = scheduler.now();
    mirror.apply(entries);
    for (const { seq, lane, type, ...body } of entries)
      note(
        process,
        () =>
          `${seq} ${lane.slice(-8)} ${type} ${JSON.stringify({ ...body, chatId: undefined, at: undefined }).slice(0, 150)}`,
      );
    options.onCommit(world, process, change);
    for (const program of programs) if (program.process !== process) hint(program);
  }

  function hint({ process, store }: SimProgram): void {
    if (prng.chance(profile.lostHints)) return;
    scheduler.after(process, prng.next() * 250, store.hint);
  }

  function make(name: string, chatId: ChatId | undefined): SimProgram {
    const process = createProcess(name);
    const handle = options.openStore();
    const life = {
      later: (run: () => Promise<unknown>) =>
        void scheduler.after(process, 1 + prng.next() * 20, async () => void (await run())),
      mayDie: () => {
        options.onCommit(world, process, { kind: 'committed', entries: [], touchedInbox: false, touchedTasks: false });
        return process.state === 'dead';
      },
    };
    const inner = options.mutant?.store?.(handle, life) ?? handle;
    const clock = createSimClock(scheduler, process, wall);
    const scope: Scope = { process, clock, prng, profile, recorder, mirror, left, note, busy: { count: 0 } };
    const store = scheduleStore(inner, process, { scheduler, prng, latency, recorder, onCommit });
    const isAlive = (other: number) => programs.some(program => program.pid === other);
    const tools = simTools(scope);
    const base = simBase(scope, store, options.mutant?.tools?.(tools) ?? tools, isAlive);
    pid += 1;
    return { scope, process, store, base, pid, chatId, isClosing: false };
  }

  function remove(program: SimProgram): void {
    program.process.state = 'dead';
    programs.splice(programs.indexOf(program), 1);
  }

  const chatIds: ChatId[] = [];
  const world: World = {
    prng,
    profile,
    scheduler,
    recorder,
    mirror,
    wall,
    left,
    chatIds,
    programs,
    terminal: make('terminal', undefined),
    fate: createProcess('fate'),
    note,
    counts,
    lastChange: () => lastChange,
    open(chatId) {
      const program = make(`${chatId === undefined ? 'worker' : 'face'}-${pid + 1}`, chatId);
      programs.push(program);
      start(options, world, program);
    },
    kill(program) {
      if (!programs.includes(program)) return;
      note(program.process, () => '††† killed');
      counts.kills += 1;
      remove(program);
    },
    gone(program) {
      if (programs.includes(program)) remove(program);
    },
  };
  await makeChats(options, world, chatIds);
  return world;
}

async function makeChats(options: WorldOptions, { wall, prng, profile }: World, chatIds: ChatId[]): Promise<void> {
  const store = options.openStore();
  const clock = { now: () => wall.offset };
  await store.write(tx => tx.putUser({ id: simUser, name: 'sim', createdAt: wall.offset }));
  const ids = createIds(clock, prng);
  for (let number = 1; number <= profile.chats; number += 1) {
    const base = { store, ids, clock: { ...unusedClock, ...clock } };
    chatIds.push(await createChat(base, { user: simUser, cwd: '/work', title: `chat ${number}` }));
  }
}

const unusedClock = {
  monotonic: () => 0,
  sleep: () => Promise.resolve(),
  after: () => () => undefined,
};

function start(options: WorldOptions, world: World, program: SimProgram): void {
  const { prng, profile, recorder, note } = world;
  const policy: Policy = { mode: profile.mode, rules: [], roots: ['/work'] };
  const host = profile.hosts === 2 && prng.chance(0.5) ? 'other' : 'here';
  const opening = { pid: program.pid, host, policy, startsOnLate: prng.chance(0.7), canAsk: prng.chance(0.9) };
  const { scope, base, chatId, process } = program;
  note(
    process,
    () => `opens ${chatId?.slice(-8) ?? 'as worker'} on ${host} ${opening.startsOnLate ? '' : '(late ones wait)'}`,
  );
  const failed = (error: unknown) => void recorder.problems.push(`${process.name} could not open: ${String(error)}`);
  if (chatId === undefined)
    openAsWorker(base, opening).then(working => {
      program.working = working;
    }, failed);
  else
    openAsFace(scope, base, chatId, opening).then(chat => {
      program.chat = chat;
      options.onOpen(world, program);
    }, failed);
}
