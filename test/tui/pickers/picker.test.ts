import fc from 'fast-check';
import { expect, test } from 'vitest';
import { widthOf } from '../../../src/terminal/width.ts';
import { createPicker } from '../../../src/tui/pickers/picker.ts';
import { cpuMs } from '../../fakes/pace.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';

function begin(names: readonly string[]) {
  const done: string[] = [];
  const pane = createPicker({
    title: 'Chats',
    items: names.map(name => ({ value: name, label: name, hint: `hint of ${name}` })),
    empty: 'there is none',
    choose: value => done.push(`chose ${value}`),
    cancel: () => done.push('cancelled'),
    redraw: () => undefined,
    preview: (value, _look, most) => [`preview of ${value}`, `${most} rows`],
    other: { label: 'the others', act: () => done.push('others') },
  });
  return {
    pane,
    done,
    press: (...keys: string[]) => keys.map(key => pane.key(pressed(key))),
    rows: (rows = 20, columns = 60) => pane.draw(plainLook(columns), { columns, rows }).rows,
    pointer: (rows = 20) => pane.draw(plainLook(60), { columns: 60, rows }).rows.find(row => row.startsWith('›')),
  };
}

const foot = '  Enter takes it · Tab the others · Esc goes back · typing searches';

test('the list shows what there is, with a preview of what is selected below it', () => {
  const { rows } = begin(['alpha', 'beta']);

  expect(rows(20, 70)).toEqual([
    'Chats (2)',
    'search: ',
    '› alpha  hint of alpha',
    '  beta  hint of beta',
    '─'.repeat(40),
    'preview of alpha',
    '8 rows',
    foot,
  ]);
});

test('where there is much room the preview stands beside the list', () => {
  const { rows } = begin(['alpha', 'beta']);

  expect(rows(8, 100)).toEqual([
    'Chats (2)',
    'search: ',
    `${'› alpha  hint of alpha'.padEnd(45)} │ preview of alpha`,
    `${'  beta  hint of beta'.padEnd(45)} │ 5 rows`,
    foot,
  ]);
});

test('at 40 columns there is only the list', () => {
  const { rows } = begin(['alpha', 'beta']);

  expect(rows(20, 40)).toEqual([
    'Chats (2)',
    'search: ',
    '› alpha  hint of alpha',
    '  beta  hint of beta',
    '  Enter takes it · Tab the others · Esc…',
  ]);
});

test('typing a part brings the best hit to the top, Enter takes it, Tab is the other list, Escape closes', () => {
  const { press, done, pointer, rows } = begin(['release notes', 'fix the tests', 'other']);

  press('t', 'e', 's', 't', 's');
  const found = pointer();
  const head = rows()[0];
  press('return', 'tab', 'escape');

  expect(found).toBe('› fix the tests  hint of fix the tests');
  expect(head).toBe('Chats (2 of 3)');
  expect(done).toEqual(['chose fix the tests', 'others', 'cancelled']);
});

test('letters are taken back, and the list is what it was', () => {
  const { press, rows } = begin(['alpha', 'beta']);
  const before = rows();

  press('b', 'e', 'backspace', 'backspace');

  expect(rows()).toEqual(before);
});

test('what is like nothing says so, and Enter takes nothing', () => {
  const { press, done, rows } = begin(['alpha']);

  press('z', 'z', 'z', 'return');

  expect(rows()).toContain('  nothing like that');
  expect(done).toEqual([]);
  expect(begin([]).rows()).toContain('  there is none');
});

test('arrows, pages, beginning and end move the pointer, and never past the list', () => {
  const { press, pointer } = begin(Array.from({ length: 100 }, (_, at) => `item ${at}`));
  pointer(13);

  const after = (...keys: string[]) => {
    press(...keys);
    return pointer(13)?.split('  ', 1)[0];
  };

  expect(after('up')).toBe('› item 0');
  expect(after('down', 'down')).toBe('› item 2');
  expect(after('pagedown')).toBe('› item 12');
  expect(after('pageup')).toBe('› item 2');
  expect(after('end')).toBe('› item 99');
  expect(after('down', 'pagedown')).toBe('› item 99');
  expect(after('home')).toBe('› item 0');
});

test('of 10,000 items the selected one is in sight, and a key takes no longer than a frame', async () => {
  const { press, rows, pointer } = begin(
    Array.from({ length: 10_000 }, (_, at) => `item ${at} of src/part-${at % 97}/file-${at}.ts`),
  );
  const keys = ['p', 'backspace', 'f', 'i', 'l', 'e', '4', '2', '4', '2', 'pagedown', 'home'];

  const tookMs = await cpuMs(() => {
    for (const key of keys) {
      press(key);
      rows();
    }
  });

  expect(pointer()).toContain('item 4242 ');
  expect(tookMs / keys.length).toBeLessThan(50);
});

test('no row is wider than the room, and there are no more than it has', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ｗ', ' ', '👩‍💻', 'é') }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 30 }),
      (names, columns, height) => {
        const { rows, press } = begin(names);
        press('pagedown', 'down');
        const drawn = rows(height, columns);
        expect(drawn.length).toBeLessThanOrEqual(height);
        // What the test's own preview says is as wide as it is.
        for (const row of drawn.filter(one => !one.includes('preview') && !one.includes('rows')))
          expect(widthOf(row)).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
