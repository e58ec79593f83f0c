import type { ChatId } from '../../src/core/ids.ts';
import type { Change, Store } from '../../src/store/store.ts';
import { makeChats } from './chats.ts';
import type { Wall } from './clock.ts';
import { createLatency, type Latency } from './latency.ts';
import { createMirror, type Mirror } from './mirror.ts';
import type { Mutant } from './mutants.ts';
import { createPrng, type Prng } from './prng.ts';
import { drawProfile, type Profile } from './profile.ts';
import { makeProgram, type SimProgram, startProgram } from './programs.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createProcess, createScheduler, type Process, type Scheduler } from './scheduler.ts';
import { makeSchedules } from './schedules.ts';
import type { Left, Note } from './scope.ts';

/** What is there before anything happens, and all programs share. */
export type Ground = {
  readonly prng: Prng;
  readonly profile: Profile;
  readonly scheduler: Scheduler;
  readonly recorder: Recorder;
  readonly mirror: Mirror;
  readonly wall: Wall;
  readonly left: Left;
  readonly latency: Latency;
  readonly note: Note;
  /** Living ones. */
  readonly programs: SimProgram[];
};

export type World = Ground & {
  readonly chatIds: readonly ChatId[];
  /** A shell that never dies: commands run there. */
  readonly terminal: SimProgram;
  /** Steps that belong to no program. */
  readonly fate: Process;
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
  const ground = createGround(options);
  const { prng, profile, scheduler, mirror, note, programs } = ground;
  const counts = { kills: 0, stops: 0 };
  let lastChange = 0;
  let pid = 100;

  function onCommit(process: Process, change: Change): void {
    if (change.kind !== 'committed') return;
    const { entries, touchedInbox, touchedTasks } = change;
    if (entries.length > 0 || touchedInbox || touchedTasks) lastChange = scheduler.now();
    mirror.apply(entries);
    for (const { seq, lane, type, chatId: _chat, at: _at, ...body } of entries)
      note(process, () => `${seq} ${lane.slice(-8)} ${type} ${JSON.stringify(body).slice(0, 150)}`);
    options.onCommit(world, process, change);
    for (const program of programs) if (program.process !== process) hint(program);
  }

  function hint({ process, store }: SimProgram): void {
    if (prng.chance(profile.lostHints)) return;
    scheduler.after(process, prng.next() * 250, store.hint);
  }

  function make(name: string, chatId: ChatId | undefined): SimProgram {
    pid += 1;
    return makeProgram(ground, options, { name: `${name}-${pid}`, chatId, pid, onCommit });
  }

  function remove(program: SimProgram): void {
    program.process.state = 'dead';
    programs.splice(programs.indexOf(program), 1);
  }

  const chatIds = await makeChats(ground, options.openStore());
  await makeSchedules(ground, options.openStore(), chatIds);
  const world: World = {
    ...ground,
    chatIds,
    terminal: make('shell', undefined),
    fate: createProcess('fate'),
    counts,
    lastChange: () => lastChange,
    open(chatId) {
      const program = make(chatId === undefined ? 'worker' : 'face', chatId);
      programs.push(program);
      startProgram(ground, program, () => options.onOpen(world, program));
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
  return world;
}

function createGround({ seed, mutant, onNote }: WorldOptions): Ground {
  const prng = createPrng(seed);
  const drawn = drawProfile(prng);
  const profile = { ...drawn, limits: { ...drawn.limits, ...mutant?.limits } };
  const scheduler = createScheduler(prng);
  return {
    prng,
    profile,
    scheduler,
    recorder: createRecorder(),
    mirror: createMirror(),
    wall: { offset: Date.UTC(2026, 0, 1) },
    left: { tasks: profile.tasks, replies: profile.replies, isWindingDown: false },
    latency: createLatency(prng, profile.latency),
    programs: [],
    note(process, line) {
      onNote?.(`${(scheduler.now() / 1000).toFixed(4).padStart(9)} ${process.name.padEnd(10)} ${line()}`);
    },
  };
}
