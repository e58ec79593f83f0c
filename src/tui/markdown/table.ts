import type { Tokens } from 'marked';
import type { Look } from '../../terminal/look.ts';
import type { Span } from '../../terminal/span.ts';
import { widthOf } from '../../terminal/width.ts';
import { spansOf, textSpan } from './spans.ts';
import { drawLine, type Line, wrapSpans } from './wrap.ts';

/** Cells narrower than this are not worth a table. */
const narrowest = 4;
type Align = Tokens.TableCell['align'];

/** A table no wider than the room: cells are wrapped where it is tight, and what is too narrow for columns is a list. */
export function tableRows(table: Tokens.Table, look: Look): string[] {
  const { columns } = look;
  const count = table.header.length;
  if (count === 0) return [];
  const separators = 3 * (count - 1);
  if (columns - separators < count * narrowest) return listRows(table, look);
  const head = table.header.map(cell => spansOf(cell.tokens, look, ['strong']));
  const body = table.rows.map(row => row.map(cell => spansOf(cell.tokens, look)));
  const widths = shrink(naturalWidths([head, ...body], count), columns - separators);
  const aligns = table.header.map(cell => cell.align);
  const line = look.isAscii ? '-' : '─';
  const rule = widths.map(width => line.repeat(width)).join(look.isAscii ? '-+-' : '─┼─');
  return [
    ...rowLines(head, widths, aligns, look),
    look.style('border', rule),
    ...body.flatMap(row => rowLines(row, widths, aligns, look)),
  ];
}

function naturalWidths(rows: readonly (readonly Span[][])[], count: number): number[] {
  return Array.from({ length: count }, (_, at) =>
    Math.max(1, ...rows.map(row => (row[at] ?? []).reduce((sum, span) => sum + widthOf(span.text), 0))),
  );
}

/** Takes from the widest until all fit. */
function shrink(widths: readonly number[], room: number): number[] {
  const fitted = [...widths];
  let over = fitted.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const widest = Math.max(...fitted);
    const next = Math.max(narrowest, ...fitted.filter(width => width < widest));
    const wide = fitted.flatMap((width, at) => (width === widest ? [at] : []));
    const step = Math.max(1, Math.min(widest - next, Math.ceil(over / wide.length)));
    for (const at of wide) {
      const cut = Math.min(step, over);
      fitted[at] = widest - cut;
      over -= cut;
    }
  }
  return fitted;
}

function rowLines(row: readonly Span[][], widths: readonly number[], aligns: readonly Align[], look: Look): string[] {
  const cells = widths.map((width, at) => wrapSpans(row[at] ?? [], width));
  const height = Math.max(...cells.map(lines => lines.length));
  const bar = look.style('border', ` ${look.glyphs.bar} `);
  return Array.from({ length: height }, (_, at) =>
    cells
      .map((lines, column) => padded(lines[at], widths[column] ?? 0, aligns[column] ?? null, look))
      .join(bar)
      .trimEnd(),
  );
}

function padded(line: Line | undefined, width: number, align: Align, look: Look): string {
  const left = Math.max(0, width - (line?.width ?? 0));
  const before = align === 'right' ? left : align === 'center' ? Math.floor(left / 2) : 0;
  return ' '.repeat(before) + (line ? drawLine(line, look) : '') + ' '.repeat(left - before);
}

function listRows(table: Tokens.Table, look: Look): string[] {
  return table.rows.flatMap((row, at) => [
    ...(at > 0 ? [''] : []),
    ...row.flatMap((cell, column) => {
      const name = spansOf(table.header[column]?.tokens ?? [], look, ['strong']);
      return wrapSpans([...name, textSpan(': '), ...spansOf(cell.tokens, look)], look.columns).map(line =>
        drawLine(line, look),
      );
    }),
  ]);
}
