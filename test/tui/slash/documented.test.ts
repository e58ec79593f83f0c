import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usageOf } from '../../../src/terminal/slash/command.ts';
import { bindings, places } from '../../../src/tui/keys.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { spelt } from '../../../src/tui/slash/keys.ts';

const doc = readFileSync(join(import.meta.dirname, '../../../docs/terminal.md'), 'utf8');
/** In a table of Markdown a bar has to be escaped. */
const cell = (text: string) => text.replaceAll('|', '\\|');

test('every command stands in docs/terminal.md as /help shows it', () => {
  const rows = slashCommands.map(command => `| \`${cell(usageOf(command))}\` | ${cell(command.summary)} |`);

  expect(doc).toContain(`| command | does |\n| --- | --- |\n${rows.join('\n')}\n`);
});

test('every key stands in docs/terminal.md as /keys shows it', () => {
  const rows = bindings.map(
    ({ place, keys, help }) => `| ${places[place]} | ${cell(keys.map(spelt).join(', '))} | ${cell(help)} |`,
  );

  expect(doc).toContain(`| where | key | does |\n| --- | --- | --- |\n${rows.join('\n')}\n`);
});
