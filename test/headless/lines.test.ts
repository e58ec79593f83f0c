import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/headless/lines.ts';

async function* chunks(parts: readonly string[]): AsyncGenerator<string> {
  yield* parts;
}

async function collect(parts: readonly string[], maxChars: number) {
  const lines = [];
  for await (const line of linesOf(chunks(parts), maxChars)) lines.push(line);
  return lines;
}

test('wherever the chunks are cut, the lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z]{0,5}$/)), fc.array(fc.nat(40)), async (lines, cuts) => {
      const text = lines.map(line => `${line}\n`).join('');
      const at = [0, ...cuts.map(cut => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
      const parts = at.slice(1).map((end, index) => text.slice(at[index], end));

      const read = await collect(parts, 100);

      expect(read).toEqual(lines.map((line, index) => ({ number: index + 1, text: line })));
    }),
  );
});

test('a line that is too long is counted and not kept, and the next one is read', async () => {
  const read = await collect(['aaaa', 'aaaa', '\nbb\r\n', 'cc'], 5);

  expect(read).toEqual([
    { number: 1, tooLong: true },
    { number: 2, text: 'bb' },
    { number: 3, text: 'cc' },
  ]);
});
