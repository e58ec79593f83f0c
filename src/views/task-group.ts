import type { Entry } from '../core/entry.ts';
import type { LaneId, TaskId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import { emptySpread, type SpreadMap, valueIn, valuesIn, withoutValue, withValue } from './spread-map.ts';
import { emptyRow, reduceRow, type TaskRow } from './task-row.ts';

/** The tasks of a chat: a fold of its log. Entries may come in any order, each once; from `limits.taskRows` on the oldest that ended go. */
export type Tasks = {
  readonly rows: SpreadMap<TaskId, TaskRow>;
  /** Those that were announced, oldest first. */
  readonly order: readonly TaskId[];
  /** The model of the main lane's newest turn. */
  readonly model: { readonly handle: string; readonly seq: number };
};

export const noTasks: Tasks = { rows: emptySpread(), order: [], model: { handle: '', seq: 0 } };

export function reduceTasks(tasks: Tasks, entry: Entry): Tasks {
  if (entry.type === 'turn:started' && entry.lane === 'main')
    return entry.seq > tasks.model.seq ? { ...tasks, model: { handle: entry.model, seq: entry.seq } } : tasks;
  const id = 'taskId' in entry ? entry.taskId : entry.lane;
  if (id === 'main') return tasks;
  const before = valueIn(tasks.rows, id) ?? emptyRow(id);
  const row = reduceRow(before, entry);
  if (row === before) return tasks;
  const rows = withValue(tasks.rows, id, row);
  if (entry.type !== 'task:queued') return { ...tasks, rows };
  return forgetting({ ...tasks, rows, order: withNext(tasks.order, rows, row) });
}

export function taskRow(tasks: Tasks, id: TaskId): TaskRow | undefined {
  const row = valueIn(tasks.rows, id);
  return row?.announced && row;
}

/** Neither itself nor what it works for is silent (S38). */
export function isShown(tasks: Tasks, { announced }: TaskRow): boolean {
  if (!announced || announced.isSilent) return false;
  if (announced.parent === undefined || announced.parent === 'main') return true;
  const parent = taskRow(tasks, announced.parent);
  return parent === undefined || isShown(tasks, parent);
}

/** It has not ended, nor does it wait until somebody retries it. */
export function isOpen({ state }: TaskRow): boolean {
  switch (state.kind) {
    case 'queued':
    case 'waiting':
    case 'running':
      return true;
    case 'parked':
      return state.reason === 'process-gone';
    default:
      return false;
  }
}

/** Tasks that were at work together, by now or until the last of them ended; oldest first. */
export type TaskGroup = {
  readonly rows: readonly TaskRow[];
  readonly open: number;
  readonly completed: number;
  readonly failed: number;
  readonly stopped: number;
  readonly parked: number;
  /** Those with a call that waits for a person. */
  readonly asking: number;
  readonly usage: Usage;
};

/**
 * The tasks that are at work, and with them all that have ended since the first of them began, and what was at work then, and so on: from
 * one moment of rest to the next. No rows while nothing is at work.
 */
export function groupAtWork(tasks: Tasks): TaskGroup {
  const open: TaskRow[] = [];
  let ended: TaskRow[] = [];
  for (const row of valuesIn(tasks.rows)) if (isShown(tasks, row)) (isOpen(row) ? open : ended).push(row);
  const rows = [...open];
  let start = open.reduce((least, row) => Math.min(least, row.openedSeq), Number.POSITIVE_INFINITY);
  for (;;) {
    const joins = ended.filter(row => row.stateSeq > start);
    if (joins.length === 0) break;
    ended = ended.filter(row => row.stateSeq <= start);
    rows.push(...joins);
    start = joins.reduce((least, row) => Math.min(least, row.openedSeq), start);
  }
  return groupOf(rows);
}

export function groupOf(rows: readonly TaskRow[]): TaskGroup {
  const count = (kind: TaskRow['state']['kind']) => rows.filter(({ state }) => state.kind === kind).length;
  return {
    rows: rows.toSorted((a, b) => (a.announced?.seq ?? 0) - (b.announced?.seq ?? 0)),
    open: rows.filter(isOpen).length,
    completed: count('completed'),
    failed: count('failed'),
    stopped: count('stopped'),
    parked: count('parked'),
    asking: rows.filter(row => row.asked.length > 0).length,
    usage: rows.reduce<Usage>((sum, row) => addUsage(sum, row.usage), {}),
  };
}

/** Tasks that a task waits for; empty when it does not wait for others. */
export function waitsFor(tasks: Tasks, { announced, state }: TaskRow): readonly TaskId[] {
  if (state.kind !== 'waiting' || state.reason !== 'dependencies') return [];
  return (announced?.dependsOn ?? []).filter(id => valueIn(tasks.rows, id)?.state.kind !== 'completed');
}

/** Each task under the one it works for, where that is among them. */
export function asTree(rows: readonly TaskRow[]): readonly { readonly row: TaskRow; readonly level: number }[] {
  const ids = new Set<string>(rows.map(row => row.id));
  const under = Map.groupBy(rows, ({ announced }): LaneId => {
    const parent = announced?.parent;
    return parent !== undefined && ids.has(parent) ? parent : 'main';
  });
  const listed = (parent: LaneId, level: number): { row: TaskRow; level: number }[] =>
    (under.get(parent) ?? []).flatMap(row => [{ row, level }, ...listed(row.id, level + 1)]);
  return listed('main', 0);
}

function withNext(order: readonly TaskId[], rows: Tasks['rows'], { id, announced }: TaskRow): readonly TaskId[] {
  const seq = announced?.seq ?? 0;
  const at = order.findLastIndex(other => (valueIn(rows, other)?.announced?.seq ?? 0) < seq) + 1;
  return at === order.length ? [...order, id] : order.toSpliced(at, 0, id);
}

function forgetting(tasks: Tasks): Tasks {
  if (tasks.order.length <= limits.taskRows) return tasks;
  const at = tasks.order.findIndex(id => {
    const row = valueIn(tasks.rows, id);
    return row && !isOpen(row) && row.state.kind !== 'parked';
  });
  const id = tasks.order[at];
  if (id === undefined) return tasks;
  return { ...tasks, rows: withoutValue(tasks.rows, id), order: tasks.order.toSpliced(at, 1) };
}
