import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Key } from '../../src/tui/key.ts';
import { openScreen } from '../../src/tui/screen.tsx';
import { cpuMs } from '../fakes/pace.ts';
import { createGlass, type Glass } from './glass.ts';

function begin(glass: Glass = createGlass(40, 10)) {
  const keys: Key[] = [];
  const screen = openScreen({
    device: glass.device,
    clock: systemClock,
    limits,
    onKey: key => keys.push(key),
    onResize: () => undefined,
    onFocus: () => undefined,
  });
  onTestFinished(() => screen.close());
  return { glass, screen, keys };
}

test('what is printed stands above the live region, in order, and scrolls away once', async () => {
  const { glass, screen } = begin();

  screen.show({ rows: ['> '] });
  for (let line = 1; line <= 30; line++) {
    screen.print([`line ${line}`]);
    screen.show({ rows: [`> ${line}`, 'status'] });
  }

  const all = await glass.everything();
  expect(all.filter(row => row.startsWith('line'))).toEqual(Array.from({ length: 30 }, (_, at) => `line ${at + 1}`));
  expect(all.slice(-2)).toEqual(['> 30', 'status']);
});

test('a block of 5,000 rows comes out whole, with its colours, in one write', async () => {
  const { glass, screen } = begin();
  const rows = Array.from({ length: 5_000 }, (_, at) => `\u001b[1mrow\u001b[22m ${at}`);

  screen.print(rows);
  screen.show({ rows: ['>'] });

  expect((await glass.everything()).slice(0, -1)).toEqual(Array.from({ length: 5_000 }, (_, at) => `row ${at}`));
  expect(glass.bytes()).toContain('\u001b[1mrow\u001b[22m 4999');
});

test('text and Enter that come in one read are text and then Enter; what Ink does not know is no key', async () => {
  const { glass, screen, keys } = begin();
  screen.show({ rows: ['>'] });
  await glass.screen();

  glass.press('abc\r');
  glass.press('\u001b[15~');
  glass.press('\u001b[200~one\r\ntwo\u001b[201~');
  glass.press('\u001b[Z');
  await expect.poll(() => keys.length).toBe(4);

  expect(keys).toEqual([
    { kind: 'text', text: 'abc' },
    { kind: 'key', name: 'return', ctrl: false, meta: false, shift: false },
    { kind: 'paste', text: 'one\ntwo' },
    { kind: 'key', name: 'tab', ctrl: false, meta: false, shift: true },
  ]);
});

test('the cursor stands where the pane says, and the live region is gone after the end', async () => {
  const { glass, screen } = begin();

  screen.print(['said']);
  screen.show({ rows: ['above', '> ab', 'status'], cursor: { row: 1, column: 4 } });
  const cursor = await glass.cursor();
  await screen.close();

  expect(cursor).toEqual({ row: 2, column: 4 });
  expect(await glass.screen()).toEqual(['said']);
});

test('R26 a paste of ten megabytes in small reads comes as one key, in time', async () => {
  const { glass, screen, keys } = begin();
  screen.show({ rows: ['>'] });
  await glass.screen();
  const text = 'a line of a log, like all the others\n'.repeat(270_000);
  const all = `\u001b[200~${text}\u001b[201~`;

  const took = await cpuMs(async () => {
    for (let at = 0; at < all.length; at += 4_096) glass.press(all.slice(at, at + 4_096));
    await expect.poll(() => keys.length, { timeout: 20_000 }).toBe(1);
  });

  expect(keys).toEqual([{ kind: 'paste', text }]);
  expect(took).toBeLessThan(1_500);
});
