import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIds, isId, shortId } from '../../src/core/ids.ts';

const bytes = (length: number) => new Uint8Array(length).fill(7);
const random = { next: () => 0.5, bytes };

test('ids of one maker sort in the order in which they were made, also within a millisecond and when the clock goes back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 47 }), { minLength: 1, maxLength: 200 }), times => {
      let at = 0;
      const ids = createIds({ now: () => times[at++ % times.length] ?? 1 }, random);

      const made = times.map(() => ids('task'));

      expect(made).toEqual([...made].sort());
      expect(new Set(made).size).toBe(made.length);
    }),
  );
});

test('more ids in a millisecond than the counter holds still sort', () => {
  const ids = createIds({ now: () => 1_700_000_000_000 }, random);

  const made = Array.from({ length: 10_000 }, () => ids('chat'));

  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(10_000);
});

test('an id is a version 7 UUID in base 32', () => {
  const ids = createIds({ now: () => Date.UTC(2026, 10, 21) }, random);

  const id = ids('task');

  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const bits = [...id.slice(5)].reduce((sum, character) => sum * 32n + BigInt(alphabet.indexOf(character)), 0n);
  const hex = bits.toString(16).padStart(32, '0');
  expect(Number.parseInt(hex.slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 21));
  expect(hex[12]).toBe('7');
  expect('89ab').toContain(hex[16]);
});

test.each([
  ['task_01k0000000000000000000000a', true],
  ['task_01k0000000000000000000000', false],
  ['task_81k0000000000000000000000a', false],
  ['task_01K0000000000000000000000A', false],
  ['chat_01k0000000000000000000000a', false],
  ['task_01k000000000000000000000il', false],
  ['task_', false],
  ['', false],
])('%s has the form of a task id: %s', (text, expected) => {
  expect(isId('task', text)).toBe(expected);
});

test('a short id is the end of it', () => {
  expect(shortId('task_01k0000000000000abcdefgh')).toBe('abcdefgh');
});
