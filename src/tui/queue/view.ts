import { unreachable } from '../../core/error.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { InboxRow } from '../../store/rows.ts';
import { userLines } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Drawn, Room } from '../pane.ts';
import type { QueueState, Sending, Waiting } from './state.ts';

/** Inputs of the strip that are shown at once. */
const shownInputs = 5;
/** Where there are fewer, nothing of a text can be shown. */
const fewColumns = 4;

/**
 * What waits, above the composer. While no turn is open it is taken at once, so it stands there as it will be printed in the same place.
 */
export function drawQueue(state: QueueState, look: Look, room: Room): readonly string[] {
  const waiting = [...state.rows, ...state.sending];
  if (waiting.length === 0) return [];
  if (state.phase !== 'busy' && room.columns < fewColumns) return [];
  if (state.phase !== 'busy') return waiting.flatMap(({ text }) => ['', ...userLines(text, look)]).slice(0, room.rows);
  const most = Math.max(1, Math.min(shownInputs, room.rows - 2));
  const rows = waiting.slice(0, most).map((input, index) => drawInput(input, index, false, look, room.columns));
  const hidden = waiting.length - rows.length;
  const more = hidden > 0 ? `  ${look.glyphs.ellipsis} and ${hidden} more` : '';
  const hint = `  ${amountWaiting(waiting.length)} ${look.glyphs.separator} ${look.glyphs.up} to change ${waiting.length === 1 ? 'it' : 'them'}${more}`;
  return ['', look.style('dim', clip(hint, room.columns, look.glyphs.ellipsis)), ...rows].slice(-room.rows);
}

function amountWaiting(count: number): string {
  return count === 1 ? '1 input waits' : `${count} inputs wait`;
}

const help = 'Enter edit · d remove · Alt+Up, Alt+Down move · t when · Esc back';

/** The queue with one of its inputs chosen. */
export function drawQueuePane(rows: readonly Waiting[], at: number, look: Look, room: Room): Drawn {
  const head = [
    '',
    look.style('dim', clip(`  ${help.replaceAll('·', look.glyphs.separator)}`, room.columns, look.glyphs.ellipsis)),
  ].slice(0, Math.max(0, room.rows - 1));
  const most = Math.max(1, room.rows - head.length);
  const first = Math.max(0, Math.min(at - most + 1, rows.length - most));
  const drawn = rows
    .map((row, index) => drawInput(row, index, index === at, look, room.columns))
    .slice(first, first + most);
  return { rows: [...head, ...drawn] };
}

function drawInput(input: Waiting | Sending, index: number, isChosen: boolean, look: Look, columns: number): string {
  const { style, glyphs } = look;
  const when = whenRead(input.takes);
  const mark = isChosen ? glyphs.pointer : ' ';
  const lead = `${mark} ${index + 1} `;
  const hasRoom = columns - lead.length - when.length > 12;
  const room = Math.max(0, columns - lead.length - (hasRoom ? when.length + 2 : 0));
  // Of ten megabytes a row shows no more than this.
  const text = clip(visible(oneLine(input.text.slice(0, 4 * columns), columns)), room, glyphs.ellipsis);
  const gap = ' '.repeat(Math.max(0, room - widthOf(text)));
  const shown = clip(`${lead}${text}`, columns, glyphs.ellipsis);
  return (isChosen ? style('accent', shown) : shown) + (hasRoom ? `${gap}  ${style('dim', when)}` : '');
}

function whenRead(takes: InboxRow['takes']): string {
  switch (takes) {
    case 'boundary':
      return 'read at the next step';
    case 'turn':
      return 'read after the turn';
    default:
      return unreachable(takes);
  }
}
