import { isAbsolute, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResolvePath, shownPath, splitGlob } from '../../src/tools/paths.ts';

const resolvePath = createResolvePath('/home/ada');
const segment = fc.constantFrom('a', 'b.ts', '..', '.', '~', 'c d', 'é', '-x', '');
const path = fc
  .tuple(fc.constantFrom('', '/', '~/', './'), fc.array(segment, { maxLength: 6 }))
  .map(([start, rest]) => start + rest.join('/'));

test.each([
  ['a/b', '/w/a/b'],
  ['./a/../b', '/w/b'],
  ['/etc/x', '/etc/x'],
  ['~', '/home/ada'],
  ['~/x', '/home/ada/x'],
  ['~bob/x', '/w/~bob/x'],
  ['../sibling', '/sibling'],
])('%s is %s', (given, absolute) => {
  expect(resolvePath(given, '/w')).toBe(absolute);
});

test('every path becomes absolute and clean, and stays what it is when resolved again', () => {
  fc.assert(
    fc.property(path, given => {
      const absolute = resolvePath(given, '/work/dir');

      expect(isAbsolute(absolute)).toBe(true);
      expect(resolve(absolute)).toBe(absolute);
      expect(resolvePath(absolute, '/elsewhere')).toBe(absolute);
    }),
  );
});

test('what is shown of a path leads back to it', () => {
  fc.assert(
    fc.property(path, given => {
      const absolute = resolvePath(given, '/work/dir');

      const shown = shownPath(absolute, '/work/dir');

      expect(resolve('/work/dir', shown)).toBe(absolute);
      expect(shown === absolute || !shown.startsWith('..') || shown.startsWith('...')).toBe(true);
    }),
  );
});

test.each([
  ['src/a/*.ts', 'src/a', '*.ts'],
  ['**/*.ts', '', '**/*.ts'],
  ['/abs/**', '/abs', '**'],
  ['/*.md', '/', '*.md'],
  ['a/b.ts', 'a', 'b.ts'],
  ['b.ts', '', 'b.ts'],
  ['a/{b,c}/d', 'a', '{b,c}/d'],
  ['../x/*', '../x', '*'],
])('the pattern %s lies in %j and is %j there', (pattern, base, glob) => {
  expect(splitGlob(pattern)).toEqual({ base, glob });
});
