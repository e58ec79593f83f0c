import type { TaskId } from '../../core/ids.ts';
import { amount } from '../../core/text.ts';
import type { Look } from '../../terminal/look.ts';
import { clip } from '../../terminal/width.ts';
import type { Tasks } from '../../views/task-group.ts';
import { isOpen } from '../../views/task-group.ts';
import type { Drawn, Room } from '../pane.ts';
import { within } from './draw-group.ts';
import type { Listed } from './panel-list.ts';
import { fitPieces, type Piece } from './pieces.ts';
import { type Moment, taskLine } from './task-line.ts';

export type PanelView = {
  readonly tasks: Tasks;
  readonly listed: readonly Listed[];
  readonly selected: TaskId | undefined;
  readonly filter: string;
  readonly moment: Moment;
  readonly preview: (look: Look, rows: number) => readonly string[];
  /** Below everything: a question, a field, what was done, or which keys there are. */
  readonly foot: (room: Room) => Drawn;
};

/** The rows of list and preview that a panel of so many rows has. */
function divide(rows: number, listed: number): { list: number; preview: number } {
  const list = Math.max(1, Math.min(listed, Math.max(3, Math.floor(rows / 2))));
  const preview = rows - list - 1;
  return preview < 2 ? { list: Math.max(0, rows), preview: 0 } : { list, preview };
}

/** The tasks of a chat, and under them the newest of what the selected one does. */
export function drawPanel(view: PanelView, look: Look, room: Room): Drawn {
  const { columns } = room;
  const foot = room.rows >= 3 ? view.foot({ columns, rows: Math.min(5, room.rows - 2) }) : { rows: [] };
  const head = room.rows >= 4 ? [within(headRow(view, look, columns), columns, look)] : [];
  const body = room.rows - foot.rows.length - head.length;
  const { list, preview } = divide(body, view.listed.length);
  const drawn = [...head, ...listRows(view, look, columns, list)];
  if (preview > 0) {
    const rows = view.preview(look, preview);
    const blank = Array.from({ length: preview - rows.length }, () => '');
    drawn.push(look.style('dim', look.glyphs.line.repeat(columns)), ...rows, ...blank);
  }
  while (drawn.length < room.rows - foot.rows.length) drawn.push('');
  const cursor = foot.cursor && { ...foot.cursor, row: foot.cursor.row + drawn.length };
  return { rows: [...drawn, ...foot.rows].slice(0, room.rows), cursor };
}

function headRow({ listed, filter }: PanelView, look: Look, columns: number): string {
  const count = (isCounted: (one: Listed) => boolean) => listed.filter(isCounted).length;
  const open = count(({ row }) => isOpen(row));
  const asking = count(({ row }) => row.asked.length > 0);
  const failed = count(({ row }) => row.state.kind === 'failed');
  const parked = count(({ row }) => row.state.kind === 'parked' && !isOpen(row));
  const pieces: Piece[] = [{ text: amount(listed.length, 'task', 'tasks'), rank: 0, role: 'strong' }];
  if (asking > 0)
    pieces.push({ text: asking === 1 ? '1 waits for you' : `${asking} wait for you`, rank: 1, role: 'warning' });
  if (open > 0) pieces.push({ text: `${open} at work`, rank: 2, role: 'running' });
  if (failed > 0) pieces.push({ text: `${failed} failed`, rank: 3, role: 'error' });
  if (parked > 0) pieces.push({ text: `${parked} parked`, rank: 3, role: 'warning' });
  if (filter !== '') pieces.push({ text: `with /${filter}`, rank: 1 });
  return fitPieces(pieces, columns, look);
}

function listRows(
  { tasks, listed, selected, moment, filter }: PanelView,
  look: Look,
  columns: number,
  rows: number,
): string[] {
  if (rows < 1) return [];
  const { style, glyphs } = look;
  if (listed.length === 0)
    return [
      style(
        'dim',
        clip(filter === '' ? 'This chat has no tasks yet.' : 'No task has these words.', columns, glyphs.ellipsis),
      ),
    ];
  const at = Math.max(
    0,
    listed.findIndex(({ row }) => row.id === selected),
  );
  const first = Math.max(0, Math.min(at - Math.floor(rows / 2), listed.length - rows));
  return listed.slice(first, first + rows).map(({ row, level }) => {
    const indent = ' '.repeat(Math.min(level * 2, Math.floor(columns / 3)));
    const mark = row.id === selected ? style('accent', glyphs.pointer) : ' ';
    return within(`${mark} ${indent}${taskLine(tasks, row, moment, look, columns - 2 - indent.length)}`, columns, look);
  });
}
