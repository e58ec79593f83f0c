import { isDeepStrictEqual } from 'node:util';
import type { Entry, EntryOf, EntryType } from '../core/entry.ts';
import { endedStatuses } from '../core/task-status.ts';
import type { Task } from '../store/rows.ts';
import { dialogueOf, type Held, type Said } from './said.ts';

/** Sentences, each about one thing that went wrong; all empty when nothing did. */
export type Verdict = {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly unwoken: readonly string[];
};

/** What every process of one store said, in the order in which they ran. */
export type Lives = readonly (readonly Said[])[];

/** Compares what was acknowledged by the processes with what the store holds in the end. Pure. */
export function judge(lives: Lives, held: readonly Held[]): Verdict {
  const said = lives.flat();
  return {
    lost: [
      ...missingChats(said, held),
      ...lostInputs(said, held),
      ...held.flatMap(one => [...lostEntries(said, one), ...lostTellings(one)]),
    ],
    doubled: [...knownAnswers(lives), ...held.flatMap(one => [...doubledFacts(one), ...doubledRuns(said, one)])],
    unwoken: [
      ...said.flatMap(one => (one.kind === 'stuck' ? [`${one.chatId} did not come to rest`] : [])),
      ...held.flatMap(sleeping),
    ],
  };
}

function missingChats(said: readonly Said[], held: readonly Held[]): string[] {
  const opened = new Set(said.flatMap(one => (one.kind === 'opened' ? [one.chatId] : [])));
  return [...opened].filter(id => !held.some(one => one.chatId === id)).map(id => `${id} is not in the store`);
}

/** Whatever a process had said was committed is there, as it was, and numbers have no gap. */
function lostEntries(said: readonly Said[], { chatId, entries }: Held): string[] {
  const problems = entries.flatMap(({ seq }, index) =>
    seq === index + 1 ? [] : [`entry ${index + 1} of ${chatId} has the number ${seq}`],
  );
  for (const one of said) {
    if (one.kind !== 'committed' || one.entry.chatId !== chatId) continue;
    if (!isDeepStrictEqual(asWritten(entries[one.entry.seq - 1]), one.entry))
      problems.push(`entry ${one.entry.seq} of ${chatId} (${one.entry.type}) was committed and is gone`);
  }
  return problems;
}

/** As it looks after it was written as JSON: without what is undefined. */
function asWritten(entry: Entry | undefined): unknown {
  return entry && JSON.parse(JSON.stringify(entry));
}

/** What a person typed stands in the lane or waits for it. */
function lostInputs(said: readonly Said[], held: readonly Held[]): string[] {
  const kept = new Set(
    held.flatMap(one => [
      ...ofType(one.entries, 'user:said').map(entry => entry.inboxId),
      ...one.waiting.map(row => row.id),
    ]),
  );
  const sent = said.flatMap(one => (one.kind === 'sent' ? [one.inboxId] : []));
  return sent.filter(id => !kept.has(id)).map(id => `${id} was accepted and is gone`);
}

/** The ends of tasks that nobody heard of, and calls and turns without an end. */
function lostTellings(held: Held): string[] {
  const problems: string[] = [];
  for (const task of held.tasks.filter(tells))
    if (timesTold(held, task) === 0 && !wasInVain(held, task))
      problems.push(`the end of ${task.id} was told to nobody`);
  for (const lane of new Set(held.entries.map(entry => entry.lane))) {
    const own = held.entries.filter(entry => entry.lane === lane);
    const ended = new Set(ofType(own, 'tool:ended').map(entry => entry.callId));
    const isOver = lane === 'main' || held.tasks.some(task => task.id === lane && task.status === 'completed');
    if (!isOver) continue;
    for (const { callId } of ofType(own, 'model:answered').flatMap(entry => entry.calls))
      if (!ended.has(callId)) problems.push(`call ${callId} of ${lane} has no result`);
  }
  return problems;
}

/** A background task whose owner waits for word; one that somebody stopped tells nobody. */
function tells(task: Task): boolean {
  const isOver = endedStatuses.includes(task.status) && task.status !== 'stopped';
  return isOver && task.isBackground && !task.isSilent && task.notify === 'wake' && task.parentLane !== undefined;
}

/** It waits for an owner that has ended meanwhile. */
function wasInVain({ tasks, waiting }: Held, task: Task): boolean {
  const row = waiting.find(one => one.from === task.id && one.kind === 'notification');
  return row !== undefined && tasks.some(owner => owner.id === row.lane && isOver(owner));
}

/** By a notification, or by the result of a TaskOutput that read it. */
function timesTold({ entries }: Held, task: Task): number {
  const told = ofType(entries, 'notification:delivered').flatMap(entry => entry.tasks);
  const times = told.filter(one => one.taskId === task.id).length;
  if (times > 0) return times;
  const reads = ofType(entries, 'tool:started').filter(
    entry => entry.tool === 'TaskOutput' && JSON.stringify(entry.input).includes(task.id),
  );
  return reads.length > 0 ? 1 : 0;
}

function doubledFacts(held: Held): string[] {
  const { entries, tasks } = held;
  const problems: string[] = [];
  for (const task of tasks) {
    const ends = ofType(entries, 'task:ended').filter(entry => entry.taskId === task.id);
    for (const [attempt, of] of Map.groupBy(ends, entry => entry.attempt))
      if (of.length > 1) problems.push(`attempt ${attempt} of ${task.id} ended ${of.length} times`);
    const told = timesTold(held, task);
    if (told > Math.max(1, ends.length)) problems.push(`the end of ${task.id} was told ${told} times`);
  }
  problems.push(...twice(entries, 'user:said', entry => entry.inboxId, 'an input stands'));
  problems.push(
    ...twice(entries, 'tool:ended', entry => `${entry.lane} ${entry.callId}`, 'the result of a call stands'),
  );
  problems.push(...twice(entries, 'task:queued', entry => entry.taskId, 'a task was made'));
  return problems;
}

function twice<T extends EntryType>(
  entries: readonly Entry[],
  type: T,
  keyOf: (entry: EntryOf<T>) => string,
  what: string,
): string[] {
  const groups = Map.groupBy(ofType(entries, type), keyOf);
  return [...groups].filter(([, of]) => of.length > 1).map(([key, of]) => `${what} ${of.length} times: ${key}`);
}

/** A call that does more than read ran at most once, over all processes. */
function doubledRuns(said: readonly Said[], { chatId, entries }: Held): string[] {
  const writes = ofType(entries, 'tool:started').filter(entry => !entry.isReadOnly);
  return writes.flatMap(({ lane, callId, tool }) => {
    const dialogue = dialogueOf(chatId, lane);
    const runs = said.filter(
      one => one.kind === 'tool' && one.phase === 'began' && one.callId === callId && one.dialogue === dialogue,
    );
    return runs.length > 1 ? [`${tool} (${callId} of ${dialogue}) ran ${runs.length} times`] : [];
  });
}

/** Requests that were made again although their answer stood in the log. */
function knownAnswers(lives: Lives): string[] {
  const known = new Set<string>();
  const problems: string[] = [];
  for (const said of lives) {
    const last = new Map<string, string>();
    for (const one of said) {
      if (one.kind === 'asked') {
        if (known.has(one.key)) problems.push(`${one.dialogue} asked again for an answer that it had`);
        last.set(one.dialogue, one.key);
      }
      if (one.kind !== 'committed' || one.entry.type !== 'model:answered') continue;
      const key = last.get(dialogueOf(one.entry.chatId, one.entry.lane));
      if (key !== undefined) known.add(key);
    }
  }
  return problems;
}

/** Lanes that have something to do and do nothing, and tasks that nobody took up. */
function sleeping({ tasks, waiting }: Held): string[] {
  const lives = (lane: string) => lane === 'main' || tasks.some(task => task.id === lane && !isOver(task));
  return [
    ...waiting.filter(row => row.wakes && lives(row.lane)).map(row => `${row.lane} was not woken by ${row.id}`),
    ...tasks
      .filter(task => !isOver(task) && !(task.status === 'parked' && task.parkReason === 'budget'))
      .map(task => `${task.id} is still ${task.status}`),
  ];
}

const isOver = ({ status }: Task): boolean => endedStatuses.includes(status);

export function ofType<T extends EntryType>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}
