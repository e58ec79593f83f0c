import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeptOutput } from '../../src/platform/kept-output.ts';

test('head and tail are those of the whole, however it is cut into chunks, and no character is torn', () => {
  const chunks = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 20 });

  fc.assert(
    fc.property(chunks, fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 7 }), (texts, max, step) => {
      const whole = Buffer.from(texts.join(''));
      const kept = createKeptOutput(max);
      for (let at = 0; at < whole.length; at += step) kept.add(whole.subarray(at, at + step));

      const text = kept.text();

      expect(kept.omittedBytes()).toBe(Math.max(0, whole.length - max));
      if (whole.length <= max) {
        expect(text).toBe(whole.toString());
        return;
      }
      const [head = '', tail = ''] = text.split(/\n\[… \d+ bytes left out …\]\n/);
      expect(whole.toString().startsWith(head)).toBe(true);
      expect(whole.toString().endsWith(tail)).toBe(true);
      expect(Buffer.byteLength(head + tail)).toBeLessThanOrEqual(max);
    }),
  );
});
