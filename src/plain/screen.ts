import type { Io } from '../core/ports.ts';
import { stripped } from '../terminal/stripped.ts';
import { widthOf, widthOfCharacter } from '../terminal/width.ts';

/** What stays at the bottom: rows that may change, then what is being typed. */
export type Bottom = {
  readonly live: readonly string[];
  /** Undefined while nothing can be typed. `before` is the part of `text` left of the cursor. */
  readonly input: { readonly prompt: string; readonly text: string; readonly before: string } | undefined;
};

export type Screen = {
  /** Prints rows for good, above the bottom. */
  print(rows: readonly string[]): void;
  setBottom(bottom: Bottom): void;
  /** Takes the bottom away and resolves when everything is written. Rejects with `ClosedOutput` when nobody reads. */
  close(): Promise<void>;
};

const noBottom: Bottom = { live: [], input: undefined };

/**
 * A terminal in lines: what is printed stays and scrolls, the bottom is drawn anew below it. Draws gather while an earlier one is being
 * written, so a slow terminal skips states of the bottom and never loses a printed row.
 */
export function createScreen(io: Pick<Io, 'out' | 'columns'>, onClosed: () => void): Screen {
  let waiting: string[] = [];
  let bottom = noBottom;
  let isDirty = false;
  let above = 0;
  let writing: Promise<void> | undefined;

  function schedule(): void {
    isDirty = true;
    writing ??= drawAll().finally(() => {
      writing = undefined;
    });
    writing.catch(onClosed);
  }

  async function drawAll(): Promise<void> {
    await Promise.resolve();
    while (isDirty) {
      isDirty = false;
      const rows = waiting;
      waiting = [];
      const drawn = drawBottom(bottom, Math.max(2, io.columns()));
      const erase = `\r${above > 0 ? `\u001b[${above}A` : ''}\u001b[J`;
      above = drawn.above;
      await io.out(erase + rows.map(row => `${row}\r\n`).join('') + drawn.text);
    }
  }

  return {
    print(rows) {
      waiting.push(...rows);
      schedule();
    },
    setBottom(next) {
      bottom = next;
      schedule();
    },
    async close() {
      bottom = noBottom;
      schedule();
      await writing;
    },
  };
}

/** The bottom as text, and how many rows the cursor then stands below its first. */
function drawBottom({ live, input }: Bottom, columns: number): { text: string; above: number } {
  const rows = live.map(row => `${row}\r\n`);
  const liveRows = live.reduce((sum, row) => sum + rowsOf(stripped(row), columns), 0);
  if (!input) return { text: rows.join(''), above: liveRows };
  const indent = ' '.repeat(widthOf(stripped(input.prompt)));
  const all = (stripped(input.prompt) + input.text).split('\n');
  const before = (stripped(input.prompt) + input.before).split('\n');
  const shown = all.map((line, index) => (index === 0 ? line : indent + line));
  const upTo = before.map((line, index) => (index === 0 ? line : indent + line));
  const totalRows = shown.reduce((sum, line) => sum + rowsOf(line, columns), 0);
  const end = endOf(upTo.at(-1) ?? '', columns);
  const cursor = end.column === columns ? { row: end.row + 1, column: 0 } : end;
  const cursorRow = upTo.slice(0, -1).reduce((sum, line) => sum + rowsOf(line, columns), 0) + cursor.row;
  const endsFull = endOf(shown.at(-1) ?? '', columns).column === columns;
  const text = input.prompt + shown.join('\r\n').slice(stripped(input.prompt).length) + (endsFull ? '\r\n' : '');
  const rowsBelow = totalRows + (endsFull ? 1 : 0) - 1 - cursorRow;
  const { column } = cursor;
  const back = `${rowsBelow > 0 ? `\u001b[${rowsBelow}A` : ''}\r${column > 0 ? `\u001b[${column}C` : ''}`;
  return { text: rows.join('') + text + back, above: liveRows + cursorRow };
}

function rowsOf(line: string, columns: number): number {
  return endOf(line, columns).row + 1;
}

/** Where a line ends: a wide character that does not fit begins the next row. A row that is full has `column` equal to `columns`. */
function endOf(line: string, columns: number): { row: number; column: number } {
  let row = 0;
  let column = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    const width = widthOfCharacter(segment);
    if (column + width > columns) {
      row += 1;
      column = 0;
    }
    column += width;
  }
  return { row, column };
}
