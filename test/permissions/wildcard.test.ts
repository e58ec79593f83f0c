import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absolutePattern, matchesPath } from '../../src/permissions/path-pattern.ts';
import { matchesWildcard } from '../../src/permissions/wildcard.ts';

test('a wildcard pattern means what its regular expression means', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

      expect(matchesWildcard(pattern, text)).toBe(expression.test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a hostile pattern takes bounded time', () => {
  const started = performance.now();

  const matches = matchesWildcard('*a'.repeat(200), `${'a'.repeat(20_000)}b`);
  const matchesDeep = matchesPath('/**/a'.repeat(100), `${'/a'.repeat(2_000)}/b`);

  expect(matches).toBe(false);
  expect(matchesDeep).toBe(true);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test.each([
  ['/w/**/*.ts', '/w/a.ts', true],
  ['/w/**/*.ts', '/w/x/y/a.ts', true],
  ['/w/*/a', '/w/x/y/a', false],
  ['/w/src', '/w/src', true],
  ['/w/src', '/w/src/a', true],
  ['/w/src', '/w/srcs', false],
  ['/w/src/**', '/w/src', true],
  ['/w', '/', false],
])('the pattern %s and the path %s: %s', (pattern, path, expected) => {
  const matches = matchesPath(pattern, path);

  expect(matches).toBe(expected);
});

test('a bare star in a folder covers the folder', () => {
  const pattern = absolutePattern('*', '/w', '/home/u');

  expect(matchesPath(pattern, '/w/a/b')).toBe(true);
  expect(matchesPath(pattern, '/x')).toBe(false);
});
