import { expect, test } from 'vitest';
import { createLook } from '../../../src/terminal/look.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import type { Key } from '../../../src/tui/key.ts';
import { createPicker } from '../../../src/tui/pickers/picker.ts';

const look = createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns: 60 });
const press = (name: string): Key => ({ kind: 'key', name, ctrl: false, meta: false, shift: false });
const type = (text: string): Key => ({ kind: 'text', text });

function begin(names: readonly string[]) {
  const chosen: string[] = [];
  let cancelled = 0;
  const pane = createPicker({
    title: 'Chats',
    items: names.map(name => ({ value: name, label: name, hint: `hint of ${name}` })),
    empty: 'there is none',
    choose: value => chosen.push(value),
    cancel: () => {
      cancelled += 1;
    },
    redraw: () => undefined,
    preview: value => [`preview of ${value}`],
  });
  return {
    pane,
    chosen,
    cancelled: () => cancelled,
    rows: (rows = 20, columns = 60) => pane.draw(look, { columns, rows }).rows,
  };
}

test('the list shows what there is, with a preview of what is selected', () => {
  const { rows } = begin(['alpha', 'beta']);

  expect(rows()).toEqual([
    'Chats (2)',
    'search: ',
    '› alpha  hint of alpha',
    '  beta  hint of beta',
    '─'.repeat(40),
    'preview of alpha',
  ]);
});

test('typing a part finds it, Enter takes it, Escape closes', () => {
  const { pane, chosen, cancelled, rows } = begin(['release notes', 'fix the tests', 'other']);

  for (const letter of 'tests') pane.key(type(letter));
  const found = rows().filter(row => row.startsWith('›'));
  pane.key(press('return'));
  pane.key(press('escape'));

  expect(found).toEqual(['› fix the tests  hint of fix the tests']);
  expect(chosen).toEqual(['fix the tests']);
  expect(cancelled()).toBe(1);
});

test('what is like nothing says so, and Enter takes nothing', () => {
  const { pane, chosen, rows } = begin(['alpha']);

  pane.key(type('zzz'));
  pane.key(press('return'));

  expect(rows()).toContain('  nothing like that');
  expect(chosen).toEqual([]);
  expect(begin([]).rows()).toContain('  there is none');
});

test('of 10,000 items the selected one is in sight, and no row is wider than the room', () => {
  const { pane, rows } = begin(Array.from({ length: 10_000 }, (_, at) => `item ${at} ${'ｗ'.repeat(40)}`));

  for (let page = 0; page < 30; page++) pane.key(press('pagedown'));
  for (const columns of [1, 12, 40, 60]) {
    const drawn = rows(8, columns);
    expect(drawn.length).toBeLessThanOrEqual(8);
    if (columns > 9) for (const row of drawn) expect(widthOf(row)).toBeLessThanOrEqual(columns);
  }

  expect(rows(8).some(row => row.startsWith('› item 300'))).toBe(true);
});
