import type { Look } from '../../terminal/look.ts';
import { stripped } from '../../terminal/stripped.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Field } from '../dialogs/field.ts';
import type { Drawn, Room } from '../pane.ts';
import type { Item, PickerOptions } from './picker.ts';

export type Picked<T> = {
  readonly options: PickerOptions<T>;
  readonly hits: readonly Item<T>[];
  readonly at: number;
  readonly field: Field;
};

/** From so many columns on the preview stands beside the list; from so many columns and rows on below it; with less there is only the list. */
const besideColumns = 100;
const belowColumns = 50;
const belowRows = 14;
/** Rows of a preview below the list. */
const previewRows = 8;

/** Rows of a picker, and how many of them are items. */
export function drawPicker<T>(picked: Picked<T>, look: Look, room: Room): Drawn & { readonly page: number } {
  const { options, hits, field } = picked;
  const { style, glyphs } = look;
  const count = options.items.length === hits.length ? `${hits.length}` : `${hits.length} of ${options.items.length}`;
  const head = style('strong', clip(`${options.title} (${count})`, room.columns, glyphs.ellipsis));
  const search = field.draw('search:', look, room);
  const foot = room.rows >= 8 ? [footRow(options, look, room)] : [];
  const body = { columns: room.columns, rows: Math.max(0, room.rows - 2 - foot.length) };
  const { rows, page } = drawBody(picked, look, body);
  return {
    rows: [head, ...search.rows, ...rows, ...foot].slice(0, room.rows),
    cursor: room.rows < 2 || !search.cursor ? undefined : { ...search.cursor, row: 1 },
    page: Math.max(1, page),
  };
}

function drawBody<T>(picked: Picked<T>, look: Look, room: Room): { rows: readonly string[]; page: number } {
  const { options, hits, at } = picked;
  const { preview } = options;
  const selected = hits[at];
  if (!preview || !selected || room.columns < belowColumns) return listRows(picked, look, room);
  if (room.columns >= besideColumns) {
    const left = Math.floor(room.columns * 0.45);
    const list = listRows(picked, look, { columns: left, rows: room.rows });
    const more = preview(selected.value, { ...look, columns: room.columns - left - 3 }, room.rows).slice(0, room.rows);
    return { rows: sideBySide(list.rows, more, left, look), page: list.page };
  }
  if (room.rows < belowRows) return listRows(picked, look, room);
  const more = preview(selected.value, { ...look, columns: room.columns }, previewRows).slice(0, previewRows);
  if (more.length === 0) return listRows(picked, look, room);
  const list = listRows(picked, look, { columns: room.columns, rows: room.rows - previewRows - 1 });
  const rule = look.style('border', look.glyphs.line.repeat(Math.min(room.columns, 40)));
  return { rows: [...list.rows, rule, ...more], page: list.page };
}

function sideBySide(list: readonly string[], more: readonly string[], left: number, look: Look): string[] {
  const bar = look.style('border', look.glyphs.bar);
  return Array.from({ length: Math.max(list.length, more.length) }, (_, index) => {
    const row = list[index] ?? '';
    const space = ' '.repeat(Math.max(0, left - widthOf(stripped(row))));
    return `${row}${space} ${bar} ${more[index] ?? ''}`;
  });
}

function listRows<T>(
  { options, hits, at }: Picked<T>,
  look: Look,
  { columns, rows }: Room,
): { rows: string[]; page: number } {
  if (hits.length === 0) {
    const nothing = options.items.length === 0 ? options.empty : 'nothing like that';
    return { rows: [look.style('dim', clip(`  ${nothing}`, columns, look.glyphs.ellipsis))].slice(0, rows), page: 1 };
  }
  const first = Math.max(0, Math.min(at - Math.floor(rows / 2), hits.length - rows));
  const shown = hits.slice(first, first + rows);
  return { rows: shown.map((item, index) => itemRow(item, first + index === at, look, columns)), page: rows };
}

function itemRow<T>({ label, hint = '' }: Item<T>, isSelected: boolean, look: Look, columns: number): string {
  const { style, glyphs } = look;
  const text = clip(`${isSelected ? glyphs.pointer : ' '} ${label}`, columns, glyphs.ellipsis);
  const left = columns - widthOf(text) - 2;
  const more = hint !== '' && left > 8 ? style('dim', `  ${clip(hint, left, glyphs.ellipsis)}`) : '';
  return (isSelected ? style('accent', text) : text) + more;
}

function footRow<T>({ other }: PickerOptions<T>, { style, glyphs }: Look, { columns }: Room): string {
  const told = ['Enter takes it', ...(other ? [`Tab ${other.label}`] : []), 'Esc goes back', 'typing searches'];
  return style('dim', clip(`  ${told.join(` ${glyphs.separator} `)}`, columns, glyphs.ellipsis));
}
