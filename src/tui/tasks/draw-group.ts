import { amount } from '../../core/text.ts';
import { totalTokens } from '../../core/usage.ts';
import type { Look } from '../../terminal/look.ts';
import { stripped } from '../../terminal/stripped.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import { tokens } from '../../views/figures.ts';
import { asTree, type TaskGroup, type Tasks } from '../../views/task-group.ts';
import type { TaskRow } from '../../views/task-row.ts';
import type { Room } from '../pane.ts';
import { type Chosen, chooseRows } from './choose-rows.ts';
import { fitPieces, type Piece } from './pieces.ts';
import { type Moment, taskLine } from './task-line.ts';

/** The group at work: what it is in all, and a row for each task as far as there is room. */
export function drawGroup(tasks: Tasks, group: TaskGroup, moment: Moment, look: Look, room: Room): string[] {
  if (group.rows.length === 0 || room.rows < 1) return [];
  const head = headRow(
    `Running ${amount(group.rows.length, 'agent', 'agents')}`,
    group,
    look,
    room.columns,
    'ctrl+o expand',
  );
  const chosen = chooseRows(group.rows, room.rows - 1, true);
  return [head, ...treeRows(tasks, group.rows, chosen, moment, look, room.columns)]
    .slice(0, room.rows)
    .map(row => within(row, room.columns, look));
}

/** The group when all of it has ended, for good; a single task is one row. */
export function drawSummary(tasks: Tasks, group: TaskGroup, moment: Moment, look: Look, room: Room): string[] {
  const [only, ...others] = group.rows;
  if (only && others.length === 0)
    return [within(taskLine(tasks, only, moment, look, room.columns), room.columns, look)];
  const head = headRow(`Ran ${amount(group.rows.length, 'agent', 'agents')}`, group, look, room.columns);
  const chosen = chooseRows(group.rows, room.rows - 1, false);
  const rows = [head, ...treeRows(tasks, group.rows, chosen, moment, look, room.columns)];
  return rows.map(row => within(row, room.columns, look));
}

/** In a few cells there is no room for the tree: the row is cut, and without its colours. */
export function within(row: string, columns: number, { glyphs }: Look): string {
  const plain = stripped(row);
  return widthOf(plain) <= columns ? row : clip(plain, columns, glyphs.ellipsis);
}

function headRow(title: string, group: TaskGroup, look: Look, columns: number, hint = ''): string {
  const { style, glyphs } = look;
  const total = totalTokens(group.usage);
  const cost = group.usage.costUsd;
  const counted = (count: number, word: string, rank: number, role: Piece['role']): Piece[] =>
    count === 0 ? [] : [{ text: `${count} ${word}`, rank, role }];
  const pieces: Piece[] = [
    { text: title, rank: 0, role: 'strong' },
    ...counted(group.asking, group.asking === 1 ? 'waits for you' : 'wait for you', 1, 'warning'),
    ...counted(group.completed, 'done', 4, undefined),
    ...counted(group.failed, 'failed', 2, 'error'),
    ...counted(group.stopped, 'stopped', 3, 'warning'),
    ...counted(group.parked, 'parked', 3, 'warning'),
    ...(total === undefined ? [] : [{ text: tokens(total), rank: 5 }]),
    ...(cost === undefined ? [] : [{ text: `$${cost.toFixed(cost < 0.01 ? 4 : 2)}`, rank: 6 }]),
  ];
  const mark = style(
    group.asking > 0 ? 'warning' : group.open > 0 ? 'running' : group.failed > 0 ? 'error' : 'ok',
    glyphs.dot,
  );
  const row = `${mark} ${fitPieces(pieces, columns - 2, look)}`;
  const shown = `(${hint})`;
  const space = columns - widthOf(stripped(row)) - shown.length;
  return hint === '' || space < 2 ? row : row + ' '.repeat(space) + style('dim', shown);
}

type Branch = { readonly row: TaskRow; readonly guide: string; readonly below: string };

function treeRows(
  tasks: Tasks,
  rows: readonly TaskRow[],
  chosen: Chosen,
  moment: Moment,
  look: Look,
  columns: number,
): string[] {
  const { style, glyphs } = look;
  const shown = rows.length === chosen.ids.size ? rows : rows.filter(({ id }) => chosen.ids.has(id));
  const drawn = branches(shown, look).flatMap(({ row, guide, below }) => {
    const line = `${style('dim', guide)} ${taskLine(tasks, row, moment, look, columns - guide.length - 1)}`;
    if (!row.lastCall || !chosen.calls.has(row.id)) return [line];
    const call = clip(row.lastCall.line, columns - below.length, glyphs.ellipsis);
    return call === '' ? [line] : [line, style('dim', below + call)];
  });
  if (chosen.left === 0) return drawn;
  return [
    ...drawn,
    style('dim', clip(`  ${glyphs.ellipsis} and ${chosen.left} more (ctrl+t)`, columns, glyphs.ellipsis)),
  ];
}

/** What stands before each row of the tree, and before the one below it that is its own. */
function branches(rows: readonly TaskRow[], { glyphs }: Look): Branch[] {
  /** Whether at a level a further one comes below. */
  const goesOn: boolean[] = [];
  const drawn = asTree(rows)
    .toReversed()
    .map(({ row, level }) => {
      const isLast = !goesOn[level];
      goesOn.length = level;
      const bars = Array.from({ length: level }, (_, at) => (goesOn[at] ? `${glyphs.bar}  ` : '   ')).join('');
      goesOn[level] = true;
      return {
        row,
        guide: `  ${bars}${isLast ? glyphs.corner : glyphs.branch}`,
        below: `  ${bars}${isLast ? ' ' : glyphs.bar}     `,
      };
    });
  return drawn.reverse();
}
