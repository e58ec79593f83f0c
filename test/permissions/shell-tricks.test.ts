import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDecide } from '../../src/permissions/decide.ts';
import type { Policy, Rule } from '../../src/permissions/policy.ts';
import { isReadOnlyCommand } from '../../src/permissions/read-only.ts';

const tricks = readFileSync(join(import.meta.dirname, 'shell-tricks.txt'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('"'))
  .map((line): string => JSON.parse(line));
const decide = createDecide({ home: '/home/u', ownPaths: [] });
const bash = (command: string) => ({ tool: 'Bash', access: 'execute' as const, subjects: [command] });
const policy = (rules: readonly Rule[], mode: Policy['mode'] = 'ask'): Policy => ({ mode, rules, roots: ['/w'] });
const rule = (kind: Rule['kind'], pattern: string): Rule => ({ kind, tool: 'Bash', pattern, source: 'test' });

test('there are more than a hundred tricks', () => {
  expect(new Set(tricks).size).toBeGreaterThan(100);
});

test.each(tricks)('R33 %j is not allowed by rules for its first word', command => {
  const first = command.trim().split(/\s+/)[0] ?? '';
  const rules = [rule('allow', first), rule('allow', `${first} *`), rule('allow', `${first}:*`)];

  const decision = decide(bash(command), [policy(rules)]);

  expect(decision.kind).toBe('ask');
});

test.each(tricks)('R33 %j is not read-only', command => {
  const isReadOnly = isReadOnlyCommand(command);

  expect(isReadOnly).toBe(false);
});

test.each(tricks)('R37 %j does not run in plan mode', command => {
  const decision = decide(bash(command), [policy([rule('allow', '*')], 'plan')]);

  expect(decision.kind).toBe('deny');
});

const withRm = tricks.filter(command => /(?<![\w=/])rm(?![\w}])/.test(command) && !command.includes('x72m'));

test.each(withRm)('R33 %j is denied by a rule against rm, also in bypass mode', command => {
  const decision = decide(bash(command), [policy([rule('deny', 'rm:*')], 'bypass')]);

  expect(decision.kind).toBe('deny');
});

test('R33 one denied command among 5,000 is found in 100 ms', () => {
  const command = `${'git status && '.repeat(4_999)}rm x`;
  const started = performance.now();

  const decision = decide(bash(command), [policy([rule('deny', 'rm *'), rule('allow', 'git *')])]);

  expect(decision.kind).toBe('deny');
  expect(performance.now() - started).toBeLessThan(100);
});

test('R33 one denied command among 5,000 that are not understood is found in 100 ms', () => {
  const command = `${'echo $(git status) && '.repeat(4_999)}rm x`;
  const started = performance.now();

  const decision = decide(bash(command), [policy([rule('deny', 'rm *')])]);

  expect(decision.kind).toBe('deny');
  expect(performance.now() - started).toBeLessThan(100);
});
