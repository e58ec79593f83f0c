import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Drawn, Room } from '../pane.ts';
import type { Editor } from './editor.ts';
import { matchAt } from './history.ts';
import { placeOf, type Row, rowsAround } from './layout.ts';

export type Search = { readonly query: string; readonly hasFound: boolean };
type ComposerView = {
  readonly editor: Editor;
  /** Shown where nothing is written. */
  readonly placeholder: string;
  readonly search: Search | undefined;
  /** Rows below the text, at most so many as there is room for. */
  readonly below: (rows: number) => readonly string[];
};

/** Of the rows that there are, the composer takes at most this share, but for a few. */
const share = 0.4;
const fewRows = 3;

/** Cells of a row that hold text: after the prompt, and with one left for the cursor. */
export function textColumns(columns: number): number {
  return Math.max(1, columns - 1 - promptColumns(columns));
}

function promptColumns(columns: number): number {
  return columns < 8 ? 0 : 2;
}

/** A thin line, the text around the cursor, and the words that are searched for. */
export function drawComposer(view: ComposerView, look: Look, room: Room): Drawn {
  const { columns } = room;
  const line = look.style('rule', look.glyphs.line.repeat(columns));
  const head = room.rows > 2 * fewRows ? ['', line] : room.rows > fewRows ? [line] : [];
  const spare = room.rows - head.length - 1;
  const foot = view.search && room.rows > 1 ? [drawSearch(view.search, look, columns)] : view.below(spare);
  const left = Math.max(1, room.rows - head.length - foot.length);
  const height = Math.min(left, Math.max(fewRows, Math.floor(room.rows * share)));
  const text = drawText(view, look, columns, height);
  const rows = [...head, ...text.rows, ...foot].slice(0, Math.max(1, room.rows));
  const inSearch = { row: rows.length - 1, column: Math.min(columns - 1, widthOf(foot[0] ?? '')) };
  return {
    rows,
    cursor: view.search && foot.length > 0 ? inSearch : { ...text.cursor, row: text.cursor.row + head.length },
  };
}

function drawText({ editor, placeholder, search }: ComposerView, look: Look, columns: number, height: number) {
  const { style, glyphs } = look;
  const width = textColumns(columns);
  const indent = promptColumns(columns);
  const prompt = indent > 0 ? `${style('user', glyphs.prompt)} ` : '';
  if (editor.text === '') {
    const hint = search ? '' : style('dim', clip(placeholder, width, glyphs.ellipsis));
    return { rows: [prompt + hint], cursor: { row: 0, column: indent } };
  }
  const place = placeOf(editor, editor.cursor, width);
  const shown = rowsAround(editor, place, width, height);
  const rows = shown.map((row, index) => {
    const isCut = (index === 0 && row.start > 0) || (index === shown.length - 1 && row.end < editor.text.length);
    const mark = row.start === 0 ? prompt : isCut && indent > 0 ? moreMark(look, index === 0) : ' '.repeat(indent);
    return mark + drawRow(row, editor, search, look);
  });
  const at = shown.findIndex(row => row.start === place.row.start);
  return { rows, cursor: { row: Math.max(0, at), column: indent + Math.min(width, place.column) } };
}

function moreMark({ style, glyphs }: Look, isAbove: boolean): string {
  return `${style('dim', isAbove ? glyphs.up : glyphs.down)} `;
}

const labels = /\[pasted #\d+: [\d,]+ \w+\]/g;

function drawRow({ start, end, text }: Row, editor: Editor, search: Search | undefined, { style }: Look): string {
  if (search?.hasFound) {
    const from = matchAt(editor.text, search.query) - start;
    const isPlain = text.length === end - start && from >= 0 && from < text.length;
    if (!isPlain) return text;
    const to = from + search.query.length;
    return text.slice(0, from) + style('match', text.slice(from, to)) + text.slice(to);
  }
  return editor.pastes.size === 0 ? text : text.replace(labels, label => style('accent', label));
}

function drawSearch({ query, hasFound }: Search, { style, glyphs }: Look, columns: number): string {
  const label = query !== '' && !hasFound ? 'nothing found: ' : 'search: ';
  const room = columns - label.length - 1;
  if (room < 2) return clip(visible(query), columns, glyphs.ellipsis);
  const shown = visible(query);
  const tail = widthOf(shown) <= room ? shown : `${glyphs.ellipsis}${shown.slice(-Math.floor(room / 2))}`;
  return style(hasFound || query === '' ? 'dim' : 'warning', label) + tail;
}
