import { visible } from '../core/visible.ts';

export type Cell = { readonly text: string; readonly paint?: ((text: string) => string) | undefined };
export type Column = {
  readonly title: string;
  /** Takes what is left of the line and is cut to it. */
  readonly isWide?: boolean;
  readonly isNumber?: boolean;
};

const gap = '  ';
const narrowest = 12;

/**
 * Aligned columns with a head, at most `width` columns wide where the wide columns can be cut to it; without a `width` nothing is cut.
 * Control characters are shown escaped.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
): string {
  const shown = rows.map(row => row.map(cell => ({ ...cell, text: visible(cell.text) })));
  const widths = columns.map(({ title }, i) =>
    Math.max(displayWidth(title), ...shown.map(row => displayWidth(row[i]?.text ?? ''))),
  );
  if (width !== undefined) shrink(columns, widths, width);
  const lines = [columns.map(({ title }) => ({ text: title })), ...shown].map(row =>
    columns
      .map(({ isNumber }, i) => {
        const cell: Cell = row[i] ?? { text: '' };
        const text = cut(cell.text, widths[i] ?? 0);
        const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(text)));
        const painted = cell.paint ? cell.paint(text) : text;
        return isNumber ? space + painted : painted + space;
      })
      .join(gap)
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Takes from the wide columns, the widest first, what the line is too long by. */
function shrink(columns: readonly Column[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, one) => sum + one, gap.length * (columns.length - 1)) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [i, column] of columns.entries()) {
      const isWider = (widths[i] ?? 0) > (widths[widest] ?? narrowest);
      if (column.isWide && isWider) widest = i;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

const double =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** Columns of a terminal: wide characters take two, combining marks none. */
function displayWidth(text: string): number {
  const bare = text.replace(/\p{M}/gu, '');
  return [...bare].length + (bare.match(double)?.length ?? 0);
}
