import { expect, test } from 'vitest';
import { ClosedOutput } from '../../src/core/error.ts';
import { createLineWriter } from '../../src/headless/line-writer.ts';

/** A reader that takes one write at a time, when told to. */
function slowReader() {
  const taken: string[] = [];
  let next = Promise.withResolvers<void>();
  return {
    taken,
    io: {
      async out(text: string) {
        await next.promise;
        taken.push(text);
      },
    },
    take: () => next.resolve(),
    leave() {
      next.reject(new ClosedOutput('gone'));
      next = Promise.withResolvers<void>();
    },
  };
}

test('R19 what waits for a slow reader goes out whole and in order', async () => {
  const reader = slowReader();
  const writer = createLineWriter(reader.io, 10, () => {});

  for (let n = 0; n < 100; n += 1) writer.write({ n });
  reader.take();
  await writer.flush();

  expect(reader.taken.join('')).toBe(Array.from({ length: 100 }, (_, n) => `{"n":${n}}\n`).join(''));
});

test('what may be left out is left out while much waits', async () => {
  const reader = slowReader();
  const writer = createLineWriter(reader.io, 10, () => {});

  writer.write({ long: 'x'.repeat(20) });
  writer.writeIfRoom({ n: 1 });
  writer.write({ n: 2 });
  reader.take();
  await writer.flush();

  expect(reader.taken.join('')).not.toContain('"n":1');
  expect(reader.taken.join('')).toContain('"n":2');
});

test('R19 that the reader is gone is told once, and flushing says so', async () => {
  const reader = slowReader();
  let gone = 0;
  const writer = createLineWriter(reader.io, 10, () => {
    gone += 1;
  });

  writer.write({ n: 1 });
  await Promise.resolve();
  reader.leave();

  await expect(writer.flush()).rejects.toBeInstanceOf(ClosedOutput);
  writer.write({ n: 2 });
  await expect(writer.flush()).rejects.toBeInstanceOf(ClosedOutput);
  expect(gone).toBe(1);
});
