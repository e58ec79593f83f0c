import type { Entry } from '../../core/entry.ts';
import type { Look } from '../../terminal/look.ts';
import type { Block } from '../../terminal/story.ts';
import { groupAtWork, groupOf, reduceTasks, type TaskGroup, type Tasks, taskRow } from '../../views/task-group.ts';
import type { Strip } from '../pane.ts';
import { drawGroup, drawSummary } from './draw-group.ts';

/** Rows that a group takes of the screen, at most; and of the scrollback when it is over. */
const shownRows = 12;
const summaryRows = 24;
/** With so much room a blank row stands above it. */
const roomyRows = 10;

export type GroupStripOptions = {
  readonly tasks: () => Tasks;
  readonly now: () => number;
  /** Pictures of the spinner so far. */
  readonly spin: () => number;
};

/** The tasks that are at work (S34, S35). */
export function createGroupStrip({
  tasks,
  now,
  spin,
}: GroupStripOptions): Strip & { readonly isRunning: () => boolean } {
  let known: { readonly of: Tasks; readonly group: TaskGroup } | undefined;

  function group(): TaskGroup {
    const of = tasks();
    if (known?.of !== of) known = { of, group: groupAtWork(of) };
    return known.group;
  }

  return {
    draw(look, { columns, rows }) {
      const gap = rows >= roomyRows ? [''] : [];
      const room = { columns, rows: Math.min(rows - gap.length, shownRows) };
      const drawn = drawGroup(tasks(), group(), { now: now(), spin: spin() }, look, room);
      return drawn.length === 0 ? [] : [...gap, ...drawn];
    },
    isRunning: () => group().rows.some(({ state }) => state.kind === 'running'),
  };
}

/**
 * What an entry that tells how a task stands adds to the scrollback: nothing while its group is at work, since the strip shows it; the whole
 * group, in its final states, when the last of it has ended.
 */
export function groupBlock(before: Tasks, entry: Entry, look: Look): Block | undefined {
  if (entry.type !== 'task:ended' && entry.type !== 'task:parked') return undefined;
  const after = reduceTasks(before, entry);
  if (groupAtWork(after).open > 0) return undefined;
  const rows = groupAtWork(before).rows.flatMap(({ id }) => taskRow(after, id) ?? []);
  if (rows.length === 0) return undefined;
  const room = { columns: look.columns, rows: summaryRows };
  return { kind: 'work', lines: drawSummary(after, groupOf(rows), { now: entry.at, spin: 0 }, look, room) };
}
