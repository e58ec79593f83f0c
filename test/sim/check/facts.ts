import type { Entry, EntryOf } from '../../../src/core/entry.ts';
import type { ChatId, LaneId, TaskId } from '../../../src/core/ids.ts';
import type { InboxRow } from '../../../src/store/rows.ts';
import type { Commit, End, History } from '../history.ts';

export type TaskRow = End['tasks'][number];

/** A history with what its rules look up. */
export type Facts = History & {
  readonly entriesOf: (chatId: ChatId) => readonly Entry[];
  readonly laneOf: (chatId: ChatId, lane: LaneId) => readonly Entry[];
  readonly taskOf: (id: TaskId) => TaskRow | undefined;
  readonly childrenOf: (chatId: ChatId, lane: LaneId) => readonly TaskRow[];
  readonly rowOf: (id: string) => InboxRow | undefined;
  /** The commit that wrote an entry. */
  readonly commitOf: (entry: Pick<Entry, 'chatId' | 'seq'>) => Commit | undefined;
};

/** One thing that must hold. Returns what speaks against it, in sentences. */
export type Rule = (facts: Facts) => string[];

export function factsOf(history: History): Facts {
  const { end, commits } = history;
  const byChat = Map.groupBy(end.entries, entry => entry.chatId);
  const byLane = Map.groupBy(end.entries, entry => `${entry.chatId}/${entry.lane}`);
  const tasks = new Map(end.tasks.map(task => [task.id, task]));
  const children = Map.groupBy(end.tasks, task => `${task.chatId}/${task.parentLane}`);
  const rows = new Map<string, InboxRow>(end.inbox.map(row => [row.id, row]));
  const writers = new Map(commits.flatMap(commit => commit.entries.map(entry => [keyOf(entry), commit] as const)));
  return {
    ...history,
    entriesOf: chatId => byChat.get(chatId) ?? [],
    laneOf: (chatId, lane) => byLane.get(`${chatId}/${lane}`) ?? [],
    taskOf: id => tasks.get(id),
    childrenOf: (chatId, lane) => children.get(`${chatId}/${lane}`) ?? [],
    rowOf: id => rows.get(id),
    commitOf: entry => writers.get(keyOf(entry)),
  };
}

function keyOf({ chatId, seq }: Pick<Entry, 'chatId' | 'seq'>): string {
  return `${chatId}/${seq}`;
}

export function isOf<T extends Entry['type']>(entry: Entry, ...types: readonly T[]): entry is EntryOf<T> {
  return types.some(type => type === entry.type);
}

export function ofType<T extends Entry['type']>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter(entry => isOf(entry, type));
}

/** The lanes above a task, its owner first; the main lane is none of them. */
function ancestorsOf(facts: Facts, task: TaskRow): TaskRow[] {
  const found: TaskRow[] = [];
  for (let lane = task.parentLane; lane !== undefined && lane !== 'main'; ) {
    const owner: TaskRow | undefined = facts.taskOf(lane);
    if (!owner) break;
    found.push(owner);
    lane = owner.parentLane;
  }
  return found;
}

export function isAncestor(facts: Facts, above: TaskRow, task: TaskRow): boolean {
  return ancestorsOf(facts, task).some(owner => owner.id === above.id);
}

export type StateAt = 'unborn' | 'open' | 'running' | 'put-aside' | 'gone' | 'ended';

/** How a task stood right before the entry of that number, by the log of its chat. */
export function stateBefore(facts: Facts, task: TaskRow, seq: number): StateAt {
  let state: StateAt = 'unborn';
  for (const entry of facts.laneOf(task.chatId, task.id)) {
    if (entry.seq >= seq) break;
    if (isOf(entry, 'task:queued', 'task:requeued')) state = 'open';
    if (isOf(entry, 'task:started')) state = 'running';
    if (isOf(entry, 'task:parked')) state = entry.reason === 'process-gone' ? 'gone' : 'put-aside';
    if (isOf(entry, 'task:ended')) state = 'ended';
  }
  return state;
}

/** `task "do 12" (2cae7yfj)` */
export function named(task: Pick<TaskRow, 'id' | 'description'>): string {
  return `task "${task.description}" (${task.id.slice(-8)})`;
}
