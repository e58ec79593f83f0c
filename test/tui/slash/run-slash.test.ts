import { expect, test } from 'vitest';
import { nearest } from '../../../src/core/nearest.ts';
import { slashCommands } from '../../../src/tui/slash/index.ts';
import { readLine } from '../../../src/tui/slash/run-slash.ts';

test.each([
  ['/help', { kind: 'command', name: 'help', rest: '' }],
  ['/Task explore  find it\nall ', { kind: 'command', name: 'task', rest: 'explore  find it\nall' }],
  ['//etc is a folder', { kind: 'text', text: '/etc is a folder' }],
  ['/etc/passwd says what?', { kind: 'text', text: '/etc/passwd says what?' }],
  ['a /help in the middle', { kind: 'text', text: 'a /help in the middle' }],
])('%j is read as what it means', (line, expected) => {
  expect(readLine(line)).toEqual(expected);
});

test('every command has a name of its own and says what it does', () => {
  const names = slashCommands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

  expect(new Set(names).size).toBe(names.length);
  for (const { name, summary } of slashCommands) expect([name, summary]).not.toContain('');
  expect(nearest('modle', names)).toBe('model');
});
