import * as z from 'zod';
import type { EntryOf, ToolCall } from '../core/entry.ts';
import { oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';

/** Which part of a tool's input says most of a call; for others the first text in it. */
const telling: Readonly<Record<string, string>> = {
  Bash: 'command',
  Read: 'file_path',
  Edit: 'file_path',
  Write: 'file_path',
  Glob: 'pattern',
  Grep: 'pattern',
  WebFetch: 'url',
  Task: 'description',
  AskUserQuestion: 'question',
};
const fields = z.record(z.string(), z.unknown());

/** A call in one line: `Bash(npm test)`. */
export function callLine({ tool, input }: Pick<ToolCall, 'tool' | 'input'>): string {
  const given = fields.safeParse(input);
  if (!given.success) return visible(tool);
  const name = telling[tool];
  const told =
    name === undefined ? Object.values(given.data).find(value => typeof value === 'string') : given.data[name];
  const subject = typeof told === 'string' ? visible(oneLine(told, 200)) : '';
  return subject === '' ? visible(tool) : `${visible(tool)}(${subject})`;
}

const shownDisplay = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['files', 'matches']), count: z.number() }),
  z.object({ kind: z.literal('read'), lines: z.number() }),
  z.object({ kind: z.literal('question'), answer: z.string().nullable() }),
]);

/** What came of a call, in a few words. */
export function resultLine(entry: Pick<EntryOf<'tool:ended'>, 'text' | 'isError' | 'display'>): string {
  const display = shownDisplay.safeParse(entry.display);
  if (display.success && !entry.isError) {
    const shown = display.data;
    if (shown.kind === 'files') return amount(shown.count, 'file', 'files');
    if (shown.kind === 'matches') return amount(shown.count, 'match', 'matches');
    if (shown.kind === 'read') return amount(shown.lines, 'line', 'lines');
    if (shown.kind === 'question') return shown.answer === null ? 'no answer' : visible(oneLine(shown.answer, 200));
  }
  const lines = entry.text.split('\n').filter(line => line.trim() !== '');
  const first = visible(oneLine(lines[0] ?? '', 200));
  if (first === '') return 'nothing';
  return lines.length > 1 ? `${first} (${lines.length} lines)` : first;
}

export function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
