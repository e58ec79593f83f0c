import type { Look } from '../terminal/look.ts';
import type { Drawn, Pane, Room, Strip } from './pane.ts';

export type FrameParts = {
  /** From top to bottom. Where there is little room the upper ones get what the lower ones leave. */
  readonly strips: readonly Strip[];
  readonly pane: Pane;
  readonly status: Strip;
};

/** Rows that a whole pane or the strips leave to what was there before. */
const spare = 1;

/**
 * The live region: always lower than the screen, so that the terminal never has to be cleared as a whole. The status line and the pane
 * come first, then the strips from the bottom up.
 */
export function drawFrame({ strips, pane, status }: FrameParts, look: Look, screen: Room): Drawn {
  const { columns } = screen;
  const height = Math.max(1, screen.rows - spare);
  const bottom = height > 2 ? status.draw(look, { columns, rows: 2 }).slice(0, height - 1) : [];
  const forPane = height - bottom.length;
  const drawn = pane.draw(look, { columns, rows: forPane });
  const rows = drawn.rows.slice(0, forPane);
  const above = pane.size === 'whole' ? [] : drawStrips(strips, look, { columns, rows: forPane - rows.length });
  const cursor = drawn.cursor && drawn.cursor.row < rows.length ? drawn.cursor : undefined;
  return {
    rows: [...above, ...rows, ...bottom],
    cursor: cursor && { row: cursor.row + above.length, column: Math.min(cursor.column, Math.max(0, columns - 1)) },
  };
}

function drawStrips(strips: readonly Strip[], look: Look, { columns, rows }: Room): readonly string[] {
  let left = rows;
  const drawn: (readonly string[])[] = [];
  for (const strip of strips.toReversed()) {
    if (left <= 0) break;
    const mine = strip.draw(look, { columns, rows: left }).slice(-left);
    drawn.unshift(mine);
    left -= mine.length;
  }
  return drawn.flat();
}
