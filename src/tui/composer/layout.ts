import { visible } from '../../core/visible.ts';
import { clip, widthOf, widthOfCharacter } from '../../terminal/width.ts';
import { charactersOf, lineEnd, lineStart } from './borders.ts';
import { hasToken, labelled, type Pastes } from './pastes.ts';

/** A stretch of the draft that is one row on the screen. */
export type Row = { readonly start: number; readonly end: number; readonly text: string };
export type Place = { readonly row: Row; readonly column: number };
export type Draft = { readonly text: string; readonly pastes: Pastes };

/** One character as it is drawn: control characters escaped, tokens as their label. */
type Unit = { readonly start: number; readonly end: number; readonly text: string; readonly width: number };

const plain = /^[\x20-\x7e]*$/;

/** Rows of the line that begins at `start`, none wider than `columns`, broken after a space where there is one. */
function rowsOfLine(draft: Draft, start: number, columns: number): readonly Row[] {
  const known = laidOut.get(draft) ?? new Map<string, readonly Row[]>();
  laidOut.set(draft, known);
  const key = `${start} ${columns}`;
  const rows = known.get(key) ?? layOut(draft, start, columns);
  known.set(key, rows);
  return rows;
}

/** Drawing a frame asks for the same long line again and again; a draft never changes. */
const laidOut = new WeakMap<Draft, Map<string, readonly Row[]>>();

function layOut(draft: Draft, start: number, columns: number): readonly Row[] {
  const end = lineEnd(draft.text, start);
  const line = draft.text.slice(start, end);
  if (line.length <= columns && plain.test(line)) return [{ start, end, text: line }];
  const rows: Row[] = [];
  let row: Unit[] = [];
  let width = 0;
  for (const unit of unitsOf(draft, start, end, columns)) {
    while (width + unit.width > columns && row.length > 0) {
      const kept = breakAfterSpace(row);
      rows.push(rowOf(row.slice(0, kept)));
      row = row.slice(kept);
      width = row.reduce((sum, { width: one }) => sum + one, 0);
    }
    row.push(unit);
    width += unit.width;
  }
  return [...rows, row.length === 0 ? { start, end, text: '' } : rowOf(row)];
}

/** How many units stay in a full row. */
function breakAfterSpace(row: readonly Unit[]): number {
  const space = row.findLastIndex(unit => unit.text === ' ');
  return space <= 0 || space === row.length - 1 ? row.length : space + 1;
}

function rowOf(units: readonly Unit[]): Row {
  return {
    start: units[0]?.start ?? 0,
    end: units.at(-1)?.end ?? 0,
    text: units.map(unit => unit.text).join(''),
  };
}

function unitsOf({ text, pastes }: Draft, start: number, end: number, columns: number): Unit[] {
  const label = labelled(pastes);
  const units: Unit[] = [];
  for (const { segment, index } of charactersOf(text.slice(start, end))) {
    const [from, to] = [start + index, start + index + segment.length];
    if (isOrdinary(segment)) units.push(fitted(segment, widthOfCharacter(segment), from, to, columns));
    else {
      const drawn = drawnAs(segment, label);
      units.push(fitted(drawn, widthOf(drawn), from, to, columns));
    }
  }
  return units;
}

function fitted(text: string, width: number, start: number, end: number, columns: number): Unit {
  if (width <= columns) return { start, end, text, width };
  const cut = clip(text, columns);
  return { start, end, text: cut, width: widthOf(cut) };
}

/** Drawn as it is, by itself. */
function isOrdinary(character: string): boolean {
  const code = character.charCodeAt(0);
  return (character.length === 1 && code >= 0x20 && code < 0x7f) || !special.test(character);
}

/** What is escaped or replaced, and marks that would join with what is drawn before them. */
const special = /^\p{M}|[\p{C}\p{Zl}\p{Zp}]/u;

function drawnAs(character: string, label: (token: string) => string): string {
  if (character === '\t') return '  ';
  if (hasToken(character)) return [...character].map(one => (hasToken(one) ? label(one) : visible(one))).join('');
  return /^\p{M}/u.test(character) ? ` ${visible(character)}` : visible(character);
}

/** Where the cursor is drawn: the last row that begins at or before it. */
export function placeOf(draft: Draft, cursor: number, columns: number): Place {
  const rows = rowsOfLine(draft, lineStart(draft.text, cursor), columns);
  const row = rows.findLast(one => one.start <= cursor) ?? rows[0] ?? { start: 0, end: 0, text: '' };
  const before = unitsOf(draft, row.start, cursor, columns);
  return { row, column: before.reduce((sum, { width }) => sum + width, 0) };
}

/** The place in a row that is nearest to a column, as an offset of the draft; in a row that goes on below, before its last character. */
export function offsetAt(draft: Draft, row: Row, column: number, columns: number): number {
  let width = 0;
  const isEndOfLine = row.end >= draft.text.length || draft.text[row.end] === '\n';
  for (const unit of unitsOf(draft, row.start, row.end, columns)) {
    if (width + unit.width > column) return unit.start;
    if (!isEndOfLine && unit.end === row.end) return unit.start;
    width += unit.width;
  }
  return row.end;
}

export function rowAbove(draft: Draft, row: Row, columns: number): Row | undefined {
  const start = lineStart(draft.text, row.start);
  const own = rowsOfLine(draft, start, columns);
  const at = own.findIndex(one => one.start === row.start);
  if (at > 0) return own[at - 1];
  return start === 0 ? undefined : rowsOfLine(draft, lineStart(draft.text, start - 1), columns).at(-1);
}

export function rowBelow(draft: Draft, row: Row, columns: number): Row | undefined {
  const own = rowsOfLine(draft, lineStart(draft.text, row.start), columns);
  const at = own.findIndex(one => one.start === row.start);
  if (at < own.length - 1) return own[at + 1];
  const end = lineEnd(draft.text, row.start);
  return end === draft.text.length ? undefined : rowsOfLine(draft, end + 1, columns)[0];
}

/** At most `height` rows around the place; lines that are not near are not looked at. */
export function rowsAround(draft: Draft, { row }: Place, columns: number, height: number): readonly Row[] {
  const rows: Row[] = [row];
  const spareBelow = Math.min(1, height - 1);
  const grow = (isAbove: boolean): boolean => {
    const edge = isAbove ? rows[0] : rows.at(-1);
    const next = edge && (isAbove ? rowAbove(draft, edge, columns) : rowBelow(draft, edge, columns));
    if (!next) return false;
    if (isAbove) rows.unshift(next);
    else rows.push(next);
    return true;
  };
  for (let below = 0; below < spareBelow; below++) if (!grow(false)) break;
  while (rows.length < height && grow(true));
  while (rows.length < height && grow(false));
  return rows;
}
