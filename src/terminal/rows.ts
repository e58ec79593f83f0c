import { visible } from '../core/visible.ts';
import { beginningOf, widthOf } from './width.ts';

/** A text as rows of at most `columns` cells, broken at spaces where there are some; control characters are shown escaped. */
export function rowsOf(text: string, columns: number): string[] {
  return text.split('\n').flatMap(line => wrapLine(visible(line.replaceAll('\t', '  ')), Math.max(1, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const rows: string[] = [];
  let row = '';
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    if (widthOf(row + word.trimEnd()) <= columns) {
      row += word;
      continue;
    }
    if (row !== '') rows.push(row.trimEnd());
    row = word;
    while (widthOf(row.trimEnd()) > columns) {
      const piece = beginningOf(row, columns) || firstOf(row);
      rows.push(piece);
      row = row.slice(piece.length);
    }
  }
  return [...rows, row.trimEnd()];
}

/** A wide character in a room of one cell must not stop everything. */
function firstOf(text: string): string {
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? text;
}
