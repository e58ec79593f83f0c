import { visible } from '../core/visible.ts';
import type { Look } from './look.ts';
import { rowsOf } from './rows.ts';
import { widthOf } from './width.ts';

export type Pair = readonly [name: string, text: string];

/** Cells of the names at most, and of the texts beside them at least: otherwise a text stands below its name. */
const mostName = 24;
const leastText = 24;

/** Names with a text beside each, or below it where there is little room. */
export function pairRows(pairs: readonly Pair[], look: Pick<Look, 'columns' | 'style'>): string[] {
  const named = pairs.map(([name, text]) => ({ name: visible(name), text }));
  const widths = named.map(({ name }) => widthOf(name)).filter(width => width <= mostName);
  const indent = Math.max(0, ...widths) + 4;
  const isNarrow = look.columns - indent < leastText;
  return named.flatMap(({ name, text }) =>
    isNarrow || widthOf(name) > mostName
      ? [...nameRows(name, look), ...textRows(text, isNarrow ? 4 : indent, look)]
      : besideRows(name, text, indent, look),
  );
}

function nameRows(name: string, { columns, style }: Pick<Look, 'columns' | 'style'>): string[] {
  return rowsOf(name, columns - 2).map(row => `  ${style('accent', row)}`);
}

function textRows(text: string, indent: number, { columns }: Pick<Look, 'columns'>): string[] {
  return rowsOf(text, columns - indent).map(row => ' '.repeat(indent) + row);
}

function besideRows(name: string, text: string, indent: number, look: Pick<Look, 'columns' | 'style'>): string[] {
  const [first = '', ...others] = textRows(text, indent, look);
  return [`  ${look.style('accent', name)}${first.slice(2 + widthOf(name))}`, ...others];
}
