import type { Io } from '../../src/core/ports.ts';
import { widthOfCharacter } from '../../src/terminal/width.ts';

/** A terminal of so many columns without an end below: draws text, wraps it, knows the few sequences that the plain face uses. */
export function createGlass(columns: number) {
  let cells: string[][] = [[]];
  let row = 0;
  let column = 0;

  function put(character: string): void {
    const width = widthOfCharacter(character);
    if (column + width > columns) {
      row += 1;
      column = 0;
    }
    const line = lineAt(row);
    while (line.length < column) line.push(' ');
    line[column] = character;
    if (width === 2) line[column + 1] = '';
    column += width;
  }

  function lineAt(index: number): string[] {
    while (cells.length <= index) cells.push([]);
    return cells[index] ?? [];
  }

  function sequence(count: number, letter: string): void {
    if (letter === 'A') row = Math.max(0, row - count);
    else if (letter === 'C') column = Math.min(columns - 1, column + count);
    else if (letter === 'J') {
      cells = cells.slice(0, row + 1);
      cells[row] = lineAt(row).slice(0, column);
    } else if (letter !== 'm') throw new Error(`a sequence that the face should not use: ${letter}`);
  }

  function draw(text: string): void {
    for (const [part, count, letter] of text.matchAll(/\u001b\[([\d;]*)([A-Za-z])|\r|\n|[^\r\n\u001b]+/g)) {
      if (letter !== undefined) sequence(Number(count || (letter === 'J' ? 0 : 1)), letter);
      else if (part === '\r') column = 0;
      else if (part === '\n') {
        row += 1;
        lineAt(row);
      } else for (const { segment } of new Intl.Segmenter().segment(part)) put(segment);
    }
  }

  const io: Pick<Io, 'out' | 'columns'> = {
    out: async text => draw(text),
    columns: () => columns,
  };
  return {
    io,
    /** Everything that is on it, without what trails. */
    rows(): string[] {
      const rows = cells.map(line => line.join('').trimEnd());
      while (rows.length > 0 && rows.at(-1) === '') rows.pop();
      return rows;
    },
    cursor: () => ({ row, column }),
    /** All that was to be drawn is drawn. */
    settled: () => new Promise<void>(resolve => setImmediate(resolve)),
  };
}
