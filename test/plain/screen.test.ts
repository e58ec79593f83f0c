import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClosedOutput } from '../../src/core/error.ts';
import { createScreen } from '../../src/plain/screen.ts';
import { createGlass } from './glass.ts';

const prompt = '> ';

test('what is printed stays above, the bottom is drawn anew below it', async () => {
  const glass = createGlass(20);
  const screen = createScreen(glass.io, () => undefined);

  screen.setBottom({ live: ['working'], input: { prompt, text: 'dra', before: 'dr' } });
  await glass.settled();
  screen.print(['one', 'two']);
  screen.setBottom({ live: ['', 'still'], input: { prompt, text: 'draft', before: 'draft' } });
  await glass.settled();

  expect(glass.rows()).toEqual(['one', 'two', '', 'still', '> draft']);
  expect(glass.cursor()).toEqual({ row: 4, column: 7 });
});

test('a draft of several lines, and one that is wider than the terminal, are taken away as a whole', async () => {
  const glass = createGlass(10);
  const screen = createScreen(glass.io, () => undefined);

  screen.setBottom({ live: [], input: { prompt, text: 'one\n0123456789abcdef\nlast', before: 'on' } });
  await glass.settled();
  const withDraft = glass.rows();
  screen.print(['done']);
  await screen.close();

  expect(withDraft).toEqual(['> one', '  01234567', '89abcdef', '  last']);
  expect(glass.rows()).toEqual(['done']);
});

test('whatever is typed and printed, printed rows are all there, in order, and the cursor stands in the draft', async () => {
  const draft = fc.array(fc.constantFrom('a', 'bc', '\n', '漢', ' '), { maxLength: 30 }).map(parts => parts.join(''));
  const step = fc.record({ text: draft, cut: fc.nat(30), prints: fc.nat(2), live: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.integer({ min: 8, max: 30 }), async (steps, columns) => {
      const glass = createGlass(columns);
      const screen = createScreen(glass.io, () => undefined);
      const expected: string[] = [];

      for (const { text, cut, prints, live } of steps) {
        const rows = Array.from({ length: prints }, (_, index) => `r${expected.length + index}`);
        expected.push(...rows);
        screen.print(rows);
        screen.setBottom({ live: Array(live).fill('~'), input: { prompt, text, before: text.slice(0, cut) } });
        await glass.settled();
      }
      await screen.close();

      expect(glass.rows()).toEqual(expected);
    }),
    { examples: [[[{ text: 'bc漢a漢aabcbca', cut: 0, prints: 0, live: 0 }], 8]] },
  );
});

test('R19 a terminal that is gone is told once it is written to', async () => {
  const gone = Promise.withResolvers<unknown>();
  const io = { out: () => Promise.reject(new ClosedOutput('gone')), columns: () => 80 };

  createScreen(io, () => gone.resolve('gone')).print(['x']);

  await expect(gone.promise).resolves.toBe('gone');
});
