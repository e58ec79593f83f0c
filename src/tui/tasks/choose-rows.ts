import type { TaskId } from '../../core/ids.ts';
import type { TaskRow } from '../../views/task-row.ts';

export type Chosen = {
  readonly ids: ReadonlySet<TaskId>;
  /** Of these the last call stands below. */
  readonly calls: ReadonlySet<TaskId>;
  readonly left: number;
};

/**
 * Which of the tasks are shown in so many rows: all of them when they fit, else those that ask, those that run, those that wait, those that
 * did not end well, the others; the newest of each first, with what they work for. One row is left to say how many more there are.
 */
export function chooseRows(tasks: readonly TaskRow[], rows: number, withCalls: boolean): Chosen {
  if (tasks.length <= rows) {
    const ids = new Set(tasks.map(({ id }) => id));
    return { ids, calls: withCalls ? chooseCalls(tasks, ids, rows - tasks.length) : new Set(), left: 0 };
  }
  const space = Math.max(0, rows - 1);
  const byId = new Map(tasks.map(row => [row.id, row]));
  const ids = new Set<TaskId>();
  for (const row of inOrderOfNeed(tasks)) {
    if (ids.size >= space) break;
    const missing = [row, ...above(row, byId)].filter(({ id }) => !ids.has(id));
    if (ids.size + missing.length <= space) for (const { id } of missing) ids.add(id);
  }
  return { ids, calls: new Set(), left: tasks.length - ids.size };
}

const needs: readonly ((row: TaskRow) => boolean)[] = [
  row => row.asked.length > 0,
  row => row.asked.length === 0 && row.state.kind === 'running',
  row => row.asked.length === 0 && ['queued', 'waiting', 'parked'].includes(row.state.kind),
  row => row.state.kind === 'failed' || row.state.kind === 'stopped',
  row => row.state.kind === 'completed',
];

function* inOrderOfNeed(tasks: readonly TaskRow[]): Generator<TaskRow> {
  for (const isNeeded of needs)
    for (let at = tasks.length - 1; at >= 0; at -= 1) {
      const row = tasks[at];
      if (row && isNeeded(row)) yield row;
    }
}

function above(row: TaskRow, byId: ReadonlyMap<string, TaskRow>): TaskRow[] {
  const parent = byId.get(row.announced?.parent ?? 'main');
  return parent ? [parent, ...above(parent, byId)] : [];
}

function chooseCalls(tasks: readonly TaskRow[], ids: ReadonlySet<TaskId>, space: number): Set<TaskId> {
  const calling = tasks.filter(
    row => ids.has(row.id) && row.state.kind === 'running' && row.lastCall && row.asked.length === 0,
  );
  return new Set(calling.slice(Math.max(0, calling.length - Math.max(0, space))).map(({ id }) => id));
}
