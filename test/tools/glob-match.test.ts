import { matchesGlob } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatcher } from '../../src/tools/glob-match.ts';
import { cpuMs } from '../fakes/pace.ts';

test.each([
  ['*.ts', 'a.ts', true],
  ['*.ts', 'a/b.ts', false],
  ['**/*.ts', 'a.ts', true],
  ['**/*.ts', 'a/b/c.ts', true],
  ['a/**', 'a/b/c', true],
  ['a/**/d', 'a/d', true],
  ['a/**/b/**/c', 'a/x/b/y/b/z/c', true],
  ['*.{ts,tsx}', 'a.tsx', true],
  ['{a,b{c,d}}/x', 'bd/x', true],
  ['{a}', '{a}', true],
  ['a{b', 'a{b', true],
  ['[a-c]?[!x]', 'bzy', true],
  ['[a-c]?[!x]', 'bzx', false],
  ['[]a]', ']', true],
  ['[a', '[a', true],
  ['\\*.md', '*.md', true],
  ['\\*.md', 'a.md', false],
  ['*', '.hidden', true],
  ['?', '😀', true],
  ['a+(b)', 'a+(b)', true],
  ['(x).ts', '(x).ts', true],
])('the glob %s and the path %s: %s', (glob, path, expected) => {
  expect(globMatcher(glob)(path)).toBe(expected);
});

test('it agrees with the glob of Node wherever both know what a pattern means', () => {
  const segment = fc
    .array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '{a,b}', '{ab,*b}'), { minLength: 1, maxLength: 4 })
    .map(parts => parts.join('').replace(/\*+/g, '*'));
  const glob = fc
    .array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 })
    .map(parts => parts.join('/'));
  const path = fc
    .array(fc.stringMatching(/^[abc]{1,4}$/), { minLength: 1, maxLength: 4 })
    .map(parts => parts.join('/'));

  fc.assert(
    fc.property(glob, path, (pattern, name) => {
      fc.pre(!pattern.endsWith('/**') && pattern !== '**');

      expect(globMatcher(pattern)(name)).toBe(matchesGlob(name, pattern));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  '*a'.repeat(500),
  '**/'.repeat(500),
  '{a,b}'.repeat(300),
  `+(+(+(a|aa)|aaa))!(${'*'.repeat(200)})c`,
  '{'.repeat(1_000),
  '['.repeat(1_000),
])('a pattern that is made to take for ever does not', async glob => {
  const usedMs = await cpuMs(() => globMatcher(glob)(`${'a'.repeat(200)}/${'a/'.repeat(100)}b`));

  expect(usedMs).toBeLessThan(500);
});
