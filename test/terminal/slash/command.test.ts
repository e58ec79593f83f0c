import { expect, test } from 'vitest';
import { slashCommands as inLines } from '../../../src/plain/commands.ts';
import { readLine, runCommand, type SlashCommand, usageOf } from '../../../src/terminal/slash/command.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { plainLook } from '../../tui/look.ts';

const given: string[] = [];
const command = (name: string, takes: string): SlashCommand<never> => ({
  name,
  takes,
  summary: name,
  run: (_, rest) => void given.push(`${name}:${rest}`),
});
const commands = [command('tasks', ''), command('stop', '<id>'), command('model', '[<handle>]')];

async function give(line: string): Promise<string[]> {
  const rows: string[] = [];
  given.length = 0;
  const read = readLine(line);
  if (read.kind === 'text') throw new Error(`"${line}" is no command`);
  // The commands of these tests use nothing of it.
  const stage = { look: () => plainLook(30), story: { note: (lines: readonly string[]) => void rows.push(...lines) } };
  await runCommand(commands, stage as never, read.name, read.rest);
  return rows;
}

test.each([
  ['/help', { kind: 'command', name: 'help', rest: '' }],
  ['/Task explore  find it\nall ', { kind: 'command', name: 'task', rest: 'explore  find it\nall' }],
  ['//etc is a folder', { kind: 'text', text: '/etc is a folder' }],
  ['//', { kind: 'text', text: '/' }],
  ['/etc/passwd says what?', { kind: 'text', text: '/etc/passwd says what?' }],
  ['/ what', { kind: 'text', text: '/ what' }],
  [' /help', { kind: 'text', text: ' /help' }],
  ['a /help in the middle', { kind: 'text', text: 'a /help in the middle' }],
])('%j is read as what it means', (line, expected) => {
  expect(readLine(line)).toEqual(expected);
});

test('a command is shown as it was given, and runs with what stands after its name', async () => {
  const rows = await give('/MODEL ollama/qwen3:8b with a tail that is longer');

  expect(rows).toEqual(['> /model ollama/qwen3:8b with', '  a tail that is longer']);
  expect(given).toEqual(['model:ollama/qwen3:8b with a tail that is longer']);
});

test('a command that is given cannot act on the terminal', async () => {
  expect(await give('/stop \u001b[2J')).toEqual(['> /stop \\x1b[2J']);
});

test.each([
  ['/tsaks', 'there is no command /tsaks; did you mean /tasks? /help shows what there is.'],
  ['/zzz', 'there is no command /zzz; /help shows what there is. A line that begins with // is sent as it is'],
  ['/stop', 'something is missing: /stop <id>'],
  ['/tasks now', '/tasks takes nothing after it (received "now")'],
])('%s says what would be right, and does nothing', async (line, message) => {
  await expect(give(line)).rejects.toThrow(message);
  expect(given).toEqual([]);
});

test.each([
  ['the interface', slashCommands],
  ['the plain face', inLines],
])('every command of %s has a name of its own, and says what it takes and does', (_, all) => {
  const names = all.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

  expect(new Set(names).size).toBe(names.length);
  for (const one of all) {
    expect(one.takes).toMatch(/^(?:|<.+>|\[.+\])$/);
    expect(usageOf(one)).toBe(`/${one.name} ${one.takes}`.trimEnd());
    expect(one.summary).not.toBe('');
  }
});

test('the plain face has every command that needs no pane', () => {
  const missing = slashCommands.map(({ name }) => name).filter(name => !inLines.some(one => one.name === name));

  expect(missing).toEqual(['keys', 'diff', 'copy', 'theme']);
});
