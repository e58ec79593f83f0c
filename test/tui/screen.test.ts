import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Key } from '../../src/tui/key.ts';
import { openScreen } from '../../src/tui/screen.tsx';
import { cpuMs } from '../fakes/pace.ts';
import { createGlass, type Glass } from './glass.ts';

function begin(glass: Glass = createGlass(40, 10)) {
  const keys: Key[] = [];
  const focus: boolean[] = [];
  const screen = openScreen({
    device: glass.device,
    clock: systemClock,
    limits,
    onKey: key => keys.push(key),
    onResize: () => undefined,
    onFocus: isFocused => focus.push(isFocused),
  });
  onTestFinished(() => screen.close());
  return { glass, screen, keys, focus };
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

test('marksOnRoll bounds what is known of the scrollback, and nothing is lost or doubled', async () => {
  const { glass, screen } = begin();
  const blocks = 3 * limits.marksOnRoll + 7;

  for (let block = 1; block <= blocks; block++) {
    screen.print([`block ${block}`]);
    screen.show({ rows: ['>'] });
    // Some come together before a frame is drawn, also where a roll ends.
    if (block % 3 !== 0) continue;
    await Promise.resolve();
    await Promise.resolve();
  }

  const all = await glass.everything();
  expect(all.filter(row => row.startsWith('block'))).toEqual(
    Array.from({ length: blocks }, (_, at) => `block ${at + 1}`),
  );
});

test('what is typed is text also where it looks like the rest of a sequence; unknown sequences are nothing', async () => {
  const { glass, screen, keys } = begin();
  screen.show({ rows: ['>'] });
  await glass.screen();

  const typed = ['[A', '[0m', 'OP', '[I'];
  const unknown = ['\u001b[99~', '\u001b[>0;276;0c', '\u001b[5;5X', '\u001b[24~', '\u001bOQ'];
  for (const bytes of [...typed, ...unknown, '\u001b[1;5D']) {
    glass.press(bytes);
    await glass.screen();
  }
  await expect.poll(() => keys.at(-1)).toMatchObject({ kind: 'key', name: 'left', ctrl: true });

  expect(keys.slice(0, -1)).toEqual(typed.map(text => ({ kind: 'text', text })));
});

test('the focus of the window is told, and is no key', async () => {
  const { glass, screen, keys, focus } = begin();
  screen.show({ rows: ['>'] });
  await glass.screen();

  glass.press('a\u001b[Ob\u001b[I');
  await expect.poll(() => keys.length).toBe(1);

  expect(focus).toEqual([false, true]);
  expect(keys).toEqual([{ kind: 'text', text: 'ab' }]);
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
