import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addLines, appendable, noText } from '../../src/tasks/bounded-text.ts';

const max = 2_000;
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', minLength: 300, maxLength: 900 }),
  fc.constant(''),
);
const lines = fc.array(
  line.map(text => text.replaceAll('\n', ' ')),
  { maxLength: 80 },
);

/** As a file is written: what fits is appended, what does not makes it be written anew. */
function followed(batches: readonly (readonly string[])[]) {
  let whole = noText;
  let rewrites = 0;
  for (const batch of batches) {
    const more = appendable(whole.kept, batch, max);
    if (more === undefined) rewrites += 1;
    whole = more ? { kept: more.kept, text: Buffer.concat([whole.text, more.text]) } : addLines(whole, batch, max);
    expect(whole.text).toHaveLength(whole.kept.bytes);
    expect(whole.kept.bytes).toBeLessThanOrEqual(max);
  }
  return { text: whole.text.toString(), rewrites };
}

test('S27 S28 what is kept does not depend on how the lines came, and is never longer than the limit', () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 7 }), (all, size) => {
      const batches = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        all.slice(i * size, (i + 1) * size),
      );

      const { text } = followed(batches);

      expect(text).toBe(addLines(noText, all, max).text.toString());
      expect(text === '' || text.endsWith('\n')).toBe(true);
    }),
  );
});

test('S28 head and tail are whole lines, the mark counts what is between them, and there is one', () => {
  const all = Array.from({ length: 400 }, (_, i) => `line ${i}`);

  const kept = addLines(noText, all, max).text.toString().split('\n').slice(0, -1);

  const at = kept.findIndex(text => text.startsWith('[…'));
  const head = kept.slice(0, at);
  const tail = kept.slice(at + 1);
  const between = all.slice(head.length, all.length - tail.length);
  expect([...head, ...between, ...tail]).toEqual(all);
  expect(kept[at]).toBe(`[… ${between.join('\n').length + 1} bytes left out; \`tasks transcript --json\` has all …]`);
  expect(kept.filter(text => text.startsWith('[…'))).toHaveLength(1);
});

test('S28 a text that goes on for long is written anew once for each quarter of the limit, not with each line', () => {
  const all = Array.from({ length: 5_000 }, (_, i) => `line ${i}`);

  const { rewrites } = followed(all.map(one => [one]));

  const bytes = all.join('\n').length;
  expect(rewrites).toBeGreaterThan(0);
  expect(rewrites).toBeLessThanOrEqual(Math.ceil(bytes / (max / 4)));
});
