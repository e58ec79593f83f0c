import { visible } from '../../core/visible.ts';
import { rowsOf } from '../../terminal/rows.ts';

/** Characters that look like a space or like nothing, besides those that are always escaped. */
const deceptive = /(?! )\p{Zs}|\p{DI}|\u2800/gu;
/** A longer line is wrapped in pieces: to measure all of it for each row would take the square of its length. */
const pieceChars = 1_000;

/** One line of what somebody is to decide about: nothing in it looks like something else. */
export function exact(line: string): string {
  return visible(line).replace(deceptive, character => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Characters that `exact` shows escaped, other than tabs and line ends. */
export function hiddenIn(text: string): number {
  const shown = [...text.replaceAll('\n', '')];
  return shown.filter(character => character !== '\t' && exact(character) !== character).length;
}

/** All of a line in rows of at most `columns` cells. */
export function wholeLine(line: string, columns: number): string[] {
  return piecesOf(line.replaceAll('\t', '  ')).flatMap(piece => rowsOf(piece, columns));
}

function piecesOf(line: string): string[] {
  if (line.length <= pieceChars) return [line];
  const pieces: string[] = [];
  for (let from = 0; from < line.length; ) {
    const isSplit = (line.codePointAt(from + pieceChars - 1) ?? 0) > 0xffff;
    const to = from + pieceChars + (isSplit ? 1 : 0);
    pieces.push(line.slice(from, to));
    from = to;
  }
  return pieces;
}
