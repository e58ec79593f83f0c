import type { Entry, EntryOf } from '../core/entry.ts';
import type { ApprovalId, LaneId, TaskId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { detached, oneLine } from '../core/text.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import { callLine } from './call-line.ts';

type TaskState =
  | { readonly kind: 'queued' | 'running' | 'completed' }
  | { readonly kind: 'waiting'; readonly reason: EntryOf<'task:waited'>['reason'] }
  | { readonly kind: 'parked'; readonly reason: EntryOf<'task:parked'>['reason']; readonly message: string }
  | { readonly kind: 'failed' | 'stopped'; readonly message: string };

/** What the entry that announces a task says of it. */
type Announcement = {
  readonly description: string;
  readonly agentType: string;
  readonly model: string;
  /** The lane that delegated it. */
  readonly parent: LaneId | undefined;
  readonly callId: string | undefined;
  readonly depth: number;
  readonly dependsOn: readonly TaskId[];
  readonly isSilent: boolean;
  readonly isBackground: boolean;
  readonly seq: number;
  readonly at: number;
};
/** A call that waits for a person. */
type TaskAsk = {
  readonly approvalId: ApprovalId;
  readonly callId: string;
  readonly line: string;
  readonly seq: number;
};

/** How a task stands, by the entries that were seen, in whatever order; each is to be seen once. Its size has a bound. */
export type TaskRow = {
  readonly id: TaskId;
  /** Undefined while only later entries were seen. */
  readonly announced: Announcement | undefined;
  readonly state: TaskState;
  /** Of the entry that the state comes from. */
  readonly stateSeq: number;
  /** Of the newest entry that put it into the queue. */
  readonly openedSeq: number;
  readonly attempt: number;
  readonly wentToBackground: boolean;
  /** Of its own lane; what is under it has rows of its own. */
  readonly usage: Usage;
  readonly toolUses: number;
  readonly lastCall: { readonly line: string; readonly seq: number } | undefined;
  readonly asked: readonly TaskAsk[];
  /** What has been answered or ended since the step that `asked` belongs to began. */
  readonly closed: readonly { readonly key: string; readonly seq: number }[];
  readonly stepSeq: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
};

export function emptyRow(id: TaskId): TaskRow {
  return {
    id,
    announced: undefined,
    state: { kind: 'queued' },
    stateSeq: 0,
    openedSeq: 0,
    attempt: 0,
    wentToBackground: false,
    usage: {},
    toolUses: 0,
    lastCall: undefined,
    asked: [],
    closed: [],
    stepSeq: 0,
    startedAt: undefined,
    endedAt: undefined,
  };
}

/** The row after an entry of the task or of its lane; the row itself when the entry says nothing of how it stands. */
export function reduceRow(row: TaskRow, entry: Entry): TaskRow {
  const { seq } = entry;
  switch (entry.type) {
    case 'task:queued':
      return {
        ...inState(row, entry, { kind: 'queued' }),
        announced: announcementOf(entry),
        openedSeq: Math.max(row.openedSeq, seq),
      };
    case 'task:requeued':
      // What is taken up again after its call was answered works in the background.
      return {
        ...inState(row, entry, { kind: 'queued' }),
        openedSeq: Math.max(row.openedSeq, seq),
        wentToBackground: true,
      };
    case 'task:waited':
      return inState(row, entry, { kind: 'waiting', reason: entry.reason });
    case 'task:started':
      return {
        ...inState(row, entry, { kind: 'running' }),
        attempt: Math.max(row.attempt, entry.attempt),
        startedAt: Math.min(row.startedAt ?? entry.at, entry.at),
      };
    case 'task:parked':
      return inState(row, entry, { kind: 'parked', reason: entry.reason, message: short(entry.message) });
    case 'task:backgrounded':
      return { ...row, wentToBackground: true };
    case 'task:ended':
      return afterStep(inState(row, entry, endState(entry)), seq);
    case 'model:answered':
      return { ...afterStep(row, seq), usage: addUsage(row.usage, entry.usage) };
    case 'context:compacted':
      return { ...row, usage: addUsage(row.usage, entry.usage) };
    case 'turn:ended':
      return afterStep(row, seq);
    case 'tool:started':
      return {
        ...row,
        toolUses: row.toolUses + 1,
        lastCall: seq > (row.lastCall?.seq ?? 0) ? { line: detached(callLine(entry)), seq } : row.lastCall,
      };
    case 'tool:ended':
      return closing(row, entry.callId, seq);
    case 'approval:answered':
      return closing(row, entry.approvalId, seq);
    case 'approval:asked':
      return asking(row, entry);
    default:
      return row;
  }
}

/** How long it has worked, or worked, from its first start; undefined before that. */
export function elapsedMs({ startedAt, endedAt }: TaskRow, now: number): number | undefined {
  return startedAt === undefined ? undefined : Math.max(0, (endedAt ?? now) - startedAt);
}

/** The newest entry decides the state. What was asked for is still asked for: a question outlives the process that asked it. */
function inState(row: TaskRow, entry: Entry, state: TaskState): TaskRow {
  if (entry.seq < row.stateSeq) return row;
  const isOver =
    state.kind === 'completed' || state.kind === 'failed' || state.kind === 'stopped' || state.kind === 'parked';
  return { ...row, state, stateSeq: entry.seq, endedAt: isOver ? entry.at : undefined };
}

function endState({ outcome }: EntryOf<'task:ended'>): TaskState {
  return outcome.kind === 'completed' ? { kind: 'completed' } : { kind: outcome.kind, message: short(outcome.message) };
}

function afterStep(row: TaskRow, seq: number): TaskRow {
  if (seq <= row.stepSeq) return row;
  return {
    ...row,
    stepSeq: seq,
    asked: later(row.asked, seq),
    closed: later(row.closed, seq),
  };
}

function asking(row: TaskRow, entry: EntryOf<'approval:asked'>): TaskRow {
  const { approvalId, callId, seq } = entry;
  const isClosed = row.closed.some(({ key, seq: at }) => at > seq && (key === approvalId || key === callId));
  if (seq <= row.stepSeq || isClosed) return row;
  return { ...row, asked: bySeq([...row.asked, { approvalId, callId, line: detached(callLine(entry)), seq }]) };
}

function closing(row: TaskRow, key: string, seq: number): TaskRow {
  if (seq <= row.stepSeq) return row;
  const asked = row.asked.filter(ask => ask.seq > seq || (ask.approvalId !== key && ask.callId !== key));
  return {
    ...row,
    asked: asked.length === row.asked.length ? row.asked : asked,
    closed: bySeq([...row.closed, { key, seq }]),
  };
}

function later<T extends { readonly seq: number }>(items: readonly T[], seq: number): readonly T[] {
  return items.length === 0 ? items : items.filter(item => item.seq > seq);
}

function bySeq<T extends { readonly seq: number }>(items: readonly T[]): readonly T[] {
  const isInOrder = items.length < 2 || (items.at(-2)?.seq ?? 0) < (items.at(-1)?.seq ?? 0);
  return isInOrder ? items : items.toSorted((a, b) => a.seq - b.seq);
}

function announcementOf(entry: EntryOf<'task:queued'>): Announcement {
  const { description, agentType, model, parentLane, parentCallId, depth, dependsOn, isSilent, isBackground, seq, at } =
    entry;
  return {
    description,
    agentType,
    model,
    parent: parentLane,
    callId: parentCallId,
    depth,
    dependsOn,
    isSilent,
    isBackground,
    seq,
    at,
  };
}

function short(text: string): string {
  return detached(oneLine(text, limits.callLineChars));
}
