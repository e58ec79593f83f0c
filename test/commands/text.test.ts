import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMetadata } from '../../src/commands/metadata.ts';
import { parseMoment } from '../../src/commands/moment.ts';
import { table } from '../../src/commands/table.ts';
import { attemptText } from '../../src/commands/tasks/show.ts';
import { duration } from '../../src/core/duration.ts';
import { relativeTime } from '../../src/core/relative-time.ts';

const now = Date.UTC(2026, 10, 21, 12);

test.each([
  ['90s', 'ahead', now + 90_000],
  ['+2h', 'ahead', now + 7_200_000],
  ['3d', 'ago', now - 259_200_000],
  ['2026-11-21T08:00Z', 'ahead', Date.UTC(2026, 10, 21, 8)],
  ['2026-11-21', 'ago', new Date(2026, 10, 21).getTime()],
] as const)('the moment %s %s is %d', (text, direction, at) => {
  expect(parseMoment(text, '--at', now, direction)).toBe(at);
});

test.each(['', 'soon', '5', '5x', '-5m', '2026-13-01', '2026-11-21T99:00'])('%j is no moment', text => {
  expect(() => parseMoment(text, '--since', now, 'ago')).toThrow('--since needs a time');
});

test('times and durations are short for people', () => {
  const ago = [0, 12_000, 180_000, 7_200_000, 432_000_000].map(ms => relativeTime(now - ms, now));
  const spans = [900, 41_000, 62_000, 7_500_000].map(duration);

  expect(ago).toEqual(['now', '12s ago', '3m ago', '2h ago', '5d ago']);
  expect(relativeTime(now + 60_000, now)).toBe('in 1m');
  expect(spans).toEqual(['0.9s', '41s', '1m02s', '2h05m']);
});

test('an attempt is counted against its limit only when its process went away', () => {
  const task = { attempt: 0, failures: [], maxAttempts: 3 };

  expect(attemptText(task)).toBe('not started');
  expect(attemptText({ ...task, attempt: 4 })).toBe('4');
  expect(attemptText({ ...task, attempt: 5, failures: ['gone', 'gone'] })).toBe('5 (2 of 3 cut off)');
});

test('metadata keeps what stands after the first =, and keys like __proto__ are keys', () => {
  const metadata = parseMetadata(['a=b=c', 'empty=', '__proto__=x']);

  expect(Object.entries(metadata)).toEqual([
    ['a', 'b=c'],
    ['empty', ''],
    ['__proto__', 'x'],
  ]);
});

test('columns are aligned, also after wide characters, and control characters are shown', () => {
  const rows = [
    ['日本', 'one'],
    ['a\u001b[31m', 'two'],
  ].map(row => row.map(text => ({ text })));

  const text = table([{ title: 'A' }, { title: 'B' }], rows, undefined);

  expect(text).toBe('A          B\n日本       one\na\\x1b[31m  two\n');
});

test('a table is never wider than the terminal while its wide column can be cut', () => {
  const words = fc.array(fc.string({ maxLength: 60, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(words, fc.integer({ min: 30, max: 100 }), (texts, width) => {
      const rows = texts.map(text => [{ text: 'id' }, { text }]);
      const lines = table([{ title: 'ID' }, { title: 'TEXT', isWide: true }], rows, width).split('\n');
      return lines.every(line => [...line].length <= width);
    }),
  );
});
