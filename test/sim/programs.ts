import type { ChatId } from '../../src/core/ids.ts';
import type { Policy } from '../../src/permissions/policy.ts';
import type { Change } from '../../src/store/store.ts';
import type { OpenChat } from '../../src/tasks/open-chat.ts';
import type { BaseDeps, Working } from '../../src/tasks/working.ts';
import { createSimClock } from './clock.ts';
import type { Life } from './mutants.ts';
import { openAsFace, openAsWorker, simBase } from './program.ts';
import { createProcess, type Process } from './scheduler.ts';
import type { Scope } from './scope.ts';
import { type SimStore, scheduleStore } from './store.ts';
import { simTools } from './tools.ts';
import type { Ground, WorldOptions } from './world.ts';

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

type Wanted = Pick<SimProgram, 'pid' | 'chatId'> & {
  readonly name: string;
  readonly onCommit: (process: Process, change: Change) => void;
};

export function makeProgram(
  ground: Ground,
  { openStore, mutant }: Pick<WorldOptions, 'openStore' | 'mutant'>,
  { name, pid, chatId, onCommit }: Wanted,
): SimProgram {
  const { scheduler, prng, wall, programs } = ground;
  const process = createProcess(name);
  const life: Life = {
    later: run => void scheduler.after(process, 1 + prng.next() * 200, async () => void (await run())),
    mayDie() {
      onCommit(process, {
        kind: 'committed',
        entries: [],
        touchedInbox: false,
        touchedTasks: false,
        touchedSchedules: false,
      });
      return process.state === 'dead';
    },
  };
  const handle = openStore();
  const store = scheduleStore(mutant?.store?.(handle, life) ?? handle, process, { ...ground, onCommit });
  const clock = createSimClock(scheduler, process, wall);
  const scope: Scope = { ...ground, process, clock, busy: { count: 0 } };
  const isAlive = (other: number) => programs.some(program => program.pid === other);
  const tools = simTools(scope);
  const base = simBase(scope, store, mutant?.tools?.(tools) ?? tools, isAlive);
  return { scope, process, store, base, pid, chatId, isClosing: false };
}

/** Begins to open it. That may take several steps, and its death may come first. */
export function startProgram({ prng, profile, recorder, note }: Ground, program: SimProgram, onOpen: () => void): void {
  const { scope, base, chatId, process, pid } = program;
  const policy: Policy = { mode: profile.mode, rules: [], roots: ['/work'] };
  const host = profile.hosts === 2 && prng.chance(0.5) ? 'other' : 'here';
  const opening = { pid, host, policy, startsOnLate: prng.chance(0.7), canAsk: prng.chance(0.9) };
  const late = opening.startsOnLate ? '' : ' (late ones wait)';
  note(process, () => `opens ${chatId?.slice(-8) ?? 'as worker'} on ${host}${late}`);
  const failed = (error: unknown) => void recorder.problems.push(`${process.name} could not open: ${String(error)}`);
  if (chatId === undefined)
    openAsWorker(scope, base, opening).then(working => {
      program.working = working;
    }, failed);
  else
    openAsFace(scope, base, chatId, opening).then(chat => {
      program.chat = chat;
      onOpen();
    }, failed);
}
