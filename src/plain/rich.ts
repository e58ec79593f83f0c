import { visible } from '../core/visible.ts';
import { widthOfCharacter } from '../terminal/width.ts';
import type { Look } from './look.ts';

type Style = 'plain' | 'bold' | 'code';
/** One character as it is drawn, and how. */
type Cell = { readonly character: string; readonly width: number; readonly style: Style };

/**
 * A line of markdown as rows of the terminal: headings and `**bold**` bold, `code` coloured, rows of a list item indented. Control characters
 * are shown escaped. As the line grows, all rows but the last stay as they are, so a stream can print them at once.
 */
export function richRows(line: string, look: Look, isCode: boolean): string[] {
  const text = visible(line.replaceAll('\t', '  '));
  if (isCode) return wrap(cellsOf([{ text, style: 'code' }]), '', look);
  const heading = /^#{1,6}\s+(.*)$/.exec(text);
  if (heading) return wrap(cellsOf([{ text: heading[1] ?? '', style: 'bold' }]), '', look);
  const [marker = ''] = /^\s*(?:[-*•]\s+|\d{1,3}[.)]\s+)?/.exec(text) ?? [];
  const shown = marker.replace(/[-*](?=\s)/, '•');
  const cells = cellsOf([{ text: shown, style: 'plain' }, ...inline(text.slice(marker.length))]);
  return wrap(cells, ' '.repeat(Math.min(marker.length, 12)), look);
}

/** The part of a line that has no mark which is still open: what may be drawn for good while the rest still streams. */
export function settledPart(line: string): string {
  const codes = [...line.matchAll(/`/g)].map(match => match.index);
  const bolds = [...line.matchAll(/\*\*/g)].map(match => match.index);
  const open = [codes, bolds].flatMap(marks => (marks.length % 2 === 1 ? [marks.at(-1) ?? 0] : []));
  const end = Math.min(line.length, ...open);
  return line.slice(0, end).replace(/\*$/, '');
}

type Piece = { readonly text: string; readonly style: Style };

function inline(text: string): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*/g)) {
    pieces.push({ text: text.slice(last, match.index), style: 'plain' });
    pieces.push(match[1] === undefined ? { text: match[2] ?? '', style: 'bold' } : { text: match[1], style: 'code' });
    last = match.index + match[0].length;
  }
  return [...pieces, { text: text.slice(last), style: 'plain' }];
}

function cellsOf(pieces: readonly Piece[]): Cell[] {
  return pieces.flatMap(({ text, style }) =>
    [...new Intl.Segmenter().segment(text)].map(({ segment }) => ({
      character: segment,
      width: widthOfCharacter(segment),
      style,
    })),
  );
}

/** Breaks at spaces, and inside of a word that is wider than a row. */
function wrap(cells: readonly Cell[], indent: string, { paint, columns }: Look): string[] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let width = 0;
  let space = -1;
  for (const cell of cells) {
    const room = Math.max(8, columns - (rows.length > 0 ? indent.length : 0));
    if (width + cell.width > room) {
      if (cell.character === ' ') {
        rows.push(row);
        [row, width, space] = [[], 0, -1];
        continue;
      }
      const cut = space > 0 ? space : row.length;
      const rest = row.slice(space > 0 ? cut + 1 : cut);
      rows.push(row.slice(0, cut));
      [row, width, space] = [rest, rest.reduce((sum, { width }) => sum + width, 0), -1];
    }
    if (cell.character === ' ') space = row.length;
    row.push(cell);
    width += cell.width;
  }
  rows.push(row);
  return rows.map((cells, index) => (index > 0 && cells.length > 0 ? indent : '') + painted(cells, paint));
}

function painted(cells: readonly Cell[], paint: Look['paint']): string {
  let text = '';
  let run = '';
  let style: Style = 'plain';
  const flush = () => {
    text += run === '' || style === 'plain' ? run : style === 'bold' ? paint.bold(run) : paint.cyan(run);
    run = '';
  };
  for (const cell of cells) {
    if (cell.style !== style) flush();
    style = cell.style;
    run += cell.character;
  }
  flush();
  return text;
}
