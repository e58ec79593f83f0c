import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
import type { Desk } from '../desk.ts';
import { bindings } from '../keys.ts';
import type { SlashCommand } from './command.ts';
import { slashCommands } from './index.ts';

export const help: SlashCommand = {
  name: 'help',
  aliases: ['?'],
  takes: '',
  summary: 'what can be said with a slash',
  run(desk) {
    const lines = slashCommands.map(({ name, takes, summary }): [string, string] => [
      `/${name} ${takes}`.trimEnd(),
      summary,
    ]);
    show(desk, [...lines]);
  },
};

export const keys: SlashCommand = {
  name: 'keys',
  takes: '',
  summary: 'what the keys do, and where',
  run(desk) {
    const { style } = desk.look();
    for (const place of new Set(bindings.map(binding => binding.place))) {
      desk.story.note([style('strong', place)]);
      const here = bindings.filter(binding => binding.place === place);
      show(
        desk,
        here.map(({ keys, help }): [string, string] => [keys.join(', '), help]),
      );
    }
  },
};

/** Two columns; the second wraps. */
function show(desk: Desk, lines: readonly (readonly [string, string])[]): void {
  const { style, columns } = desk.look();
  const left = Math.min(24, Math.max(...lines.map(([name]) => name.length)) + 2, Math.floor(columns / 2));
  const rows = lines.flatMap(([name, text]) => {
    const wrapped = rowsOf(text, Math.max(10, columns - left - 2));
    const fits = name.length < left;
    const below = wrapped.slice(fits ? 1 : 0).map(row => `  ${' '.repeat(left)}${row}`);
    if (!fits) return [`  ${style('accent', clip(name, columns - 2))}`, ...below];
    return [`  ${style('accent', name.padEnd(left))}${wrapped[0] ?? ''}`, ...below];
  });
  desk.story.note(rows);
}
