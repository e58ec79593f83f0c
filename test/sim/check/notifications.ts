import type { EntryOf } from '../../../src/core/entry.ts';
import type { LaneId } from '../../../src/core/ids.ts';
import { emptyLane, reduceLane } from '../../../src/engine/lane-state.ts';
import type { InboxRow } from '../../../src/store/rows.ts';
import { type Facts, isOf, named, type Rule, stateBefore, type TaskRow } from './facts.ts';
import { waitsForPerson, waitsRightly } from './tasks.ts';

/** S19: the end of a background task and its one notification, in the inbox of the lane that is to hear of it, are one commit. */
export const endIsToldOnce: Rule = facts =>
  facts.commits.flatMap(commit => {
    const told = commit.put.filter(row => row.kind === 'notification');
    const problems: string[] = [];
    for (const entry of commit.entries) {
      if (!isOf(entry, 'task:ended')) continue;
      const task = facts.taskOf(entry.taskId);
      if (!task) continue;
      const lane = listenerAt(facts, task, entry);
      const lanes = told.filter(row => row.from === task.id).map(row => row.lane);
      if (lanes.join() !== (lane ?? ''))
        problems.push(
          `the end of ${named(task)} at ${entry.seq} told [${lanes.join()}] and should tell ${lane ?? 'nobody'}`,
        );
    }
    const strays = told.filter(
      row => !commit.entries.some(entry => isOf(entry, 'task:ended') && entry.taskId === row.from),
    );
    return [...problems, ...strays.map(row => `notification ${row.id} was put without an end`)];
  });

/** The lane that is to hear of that end; undefined when nobody is. */
function listenerAt(facts: Facts, task: TaskRow, end: EntryOf<'task:ended'>): LaneId | undefined {
  if (task.isSilent || task.notify === 'none' || task.parentLane === undefined) return undefined;
  if (!isBackgroundAt(facts, task, end.seq) || isEndedByOwner(task, end)) return undefined;
  let lane: LaneId = task.parentLane;
  while (lane !== 'main') {
    const owner = facts.taskOf(lane);
    if (owner && stateBefore(facts, owner, end.seq) !== 'ended') return lane;
    lane = owner?.parentLane ?? 'main';
  }
  return lane;
}

function isEndedByOwner(task: TaskRow, { outcome }: EntryOf<'task:ended'>): boolean {
  if (outcome.kind !== 'stopped' || outcome.by === undefined) return false;
  return outcome.by === task.parentLane || outcome.message.endsWith(', which it worked for, has ended');
}

/** A foreground task goes on in the background when it is put back and its call has been answered. */
export function isBackgroundAt(facts: Facts, task: TaskRow, seq: number): boolean {
  let isBackground = false;
  for (const entry of facts.laneOf(task.chatId, task.id)) {
    if (entry.seq >= seq) break;
    if (isOf(entry, 'task:queued')) isBackground = entry.isBackground;
    if (isOf(entry, 'task:backgrounded')) isBackground = true;
    if (!isOf(entry, 'task:requeued')) continue;
    if (entry.reason === 'a message was sent to it' || !isAwaitedAt(facts, task, entry.seq)) isBackground = true;
  }
  return isBackground;
}

function isAwaitedAt(facts: Facts, { chatId, parentLane, parentCallId }: TaskRow, seq: number): boolean {
  if (parentLane === undefined || parentCallId === undefined) return false;
  const before = facts.laneOf(chatId, parentLane).filter(entry => entry.seq < seq);
  return before.reduce(reduceLane, emptyLane).openCalls.some(({ call }) => call.callId === parentCallId);
}

/** A row that was delivered stands in one entry of its lane, and an entry is made of rows that it delivered. */
export const rowIsDeliveredOnce: Rule = facts => [
  ...facts.end.inbox.flatMap(row => {
    if (row.deliveredSeq === undefined) return [];
    const entry = facts.entriesOf(row.chatId)[row.deliveredSeq - 1];
    if (entry?.lane !== row.lane) return [`${shown(row)} was delivered to entry ${row.deliveredSeq} of another lane`];
    if (isOf(entry, 'tool:ended') && row.kind === 'notification' && entry.text.includes(row.from ?? '?')) return [];
    return inboxIdsOf(entry).includes(row.id)
      ? []
      : [`${shown(row)} does not stand in entry ${entry.seq} (${entry.type})`];
  }),
  ...facts.end.entries.flatMap(entry =>
    inboxIdsOf(entry)
      .filter(id => facts.rowOf(id)?.deliveredSeq !== entry.seq)
      .map(id => `entry ${entry.seq} delivers ${id}, which counts as delivered at ${facts.rowOf(id)?.deliveredSeq}`),
  ),
];

function inboxIdsOf(entry: Facts['end']['entries'][number]): string[] {
  if (isOf(entry, 'user:said', 'lane:messaged')) return [entry.inboxId];
  if (isOf(entry, 'program:remarked')) return entry.inboxId === undefined ? [] : [entry.inboxId];
  return isOf(entry, 'notification:delivered') ? entry.tasks.map(task => task.inboxId) : [];
}

/** When all is quiet nothing that wakes waits for a lane that could take it. */
export const nothingWaitsUnseen: Rule = facts =>
  facts.end.inbox.flatMap(row => {
    if (row.deliveredSeq !== undefined) return [];
    if (row.lane === 'main') {
      const isIdle = facts.end.driven.includes(row.chatId) && !hasOpenTurn(facts, row);
      return row.wakes && isIdle ? [`${shown(row)} waits for an idle main lane`] : [];
    }
    const task = facts.taskOf(row.lane);
    if (task?.status === 'completed') return [`${shown(row)} waits for ${named(task)}, which has completed`];
    if (task?.status === 'running' && facts.end.served.includes(row.chatId) && !hasOpenTurn(facts, row))
      return [`${shown(row)} waits for ${named(task)}, which idles`];
    return [];
  });

function hasOpenTurn(facts: Facts, { chatId, lane }: Pick<InboxRow, 'chatId' | 'lane'>): boolean {
  return facts.laneOf(chatId, lane).reduce(reduceLane, emptyLane).turnId !== undefined;
}

/** When all is quiet a main lane that is driven has no open turn, but for a call that waits for a task that waits. */
export const turnsComeToRest: Rule = facts =>
  facts.end.driven.flatMap(chatId => {
    if (!hasOpenTurn(facts, { chatId, lane: 'main' }) || waitsForPerson(facts, chatId, 'main')) return [];
    const isWaiting = facts.childrenOf(chatId, 'main').some(child => !child.isBackground && waitsRightly(facts, child));
    return isWaiting ? [] : [`the turn of chat ${chatId} is left open`];
  });

function shown(row: InboxRow): string {
  return `${row.kind} ${row.id.slice(-8)} (lane ${row.lane.slice(-8)}${row.from ? `, of ${row.from.slice(-8)}` : ''})`;
}
