import { expect, test } from 'vitest';
import { parseRule } from '../../src/permissions/rule.ts';

const context = { source: 'settings.json:3', folder: '/w', home: '/home/u', knownTools: ['Read', 'Bash', 'WebFetch'] };

test.each([
  ['Read', { tool: 'Read' }],
  ['Bash(git log *)', { tool: 'Bash', pattern: 'git log *' }],
  ['Bash(echo (a))', { tool: 'Bash', pattern: 'echo (a)' }],
  ['Read(//etc/**)', { tool: 'Read', pattern: '/etc/**' }],
  ['Read(~/x)', { tool: 'Read', pattern: '/home/u/x' }],
  ['Read(src/x)', { tool: 'Read', pattern: '/w/src/x' }],
  ['Read(./src/x)', { tool: 'Read', pattern: '/w/src/x' }],
  ['Read(.env)', { tool: 'Read', pattern: '/w/**/.env' }],
  ['mcp__db__query', { tool: 'mcp__db__query' }],
  ['*', { tool: '*' }],
])('%j is read', (text, expected) => {
  const rule = parseRule('deny', text, context);

  expect(rule).toEqual({ kind: 'deny', source: 'settings.json:3', ...expected });
});

test.each([
  ['', 'cannot be read'],
  ['Bash(', 'cannot be read'],
  ['Bash(a', 'cannot be read'],
  ['Bash()', 'empty pattern; write "Bash"'],
  ['bash(ls)', 'did you mean "Bash"?'],
  ['Quux', 'the tools are: Read, Bash, WebFetch'],
  ['WebFetch(https://x)', '"domain:example.com"'],
  ['Rea*', '"*" in the tool name'],
])('%j is refused with what would be right', (text, message) => {
  const parse = () => parseRule('deny', text, context);

  expect(parse).toThrow(message);
  expect(parse).toThrow('settings.json:3');
});

test('a rule cannot allow every tool', () => {
  const parse = () => parseRule('allow', '*', context);

  expect(parse).toThrow('bypass');
});
