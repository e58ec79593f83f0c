import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { rowsOf } from '../../../src/terminal/rows.ts';
import { createReader } from '../../../src/tui/reader/pane.ts';
import { createRowCache } from '../../../src/tui/reader/row-cache.ts';
import { type ReaderSource, textSource } from '../../../src/tui/reader/source.ts';
import { plainLook } from '../look.ts';
import { pressed } from '../press.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

/** A reader over a text, in a room of so many rows; `body` is what stands between head and foot. */
function begin(source: ReaderSource = textSource(numbered(100), (line, look) => rowsOf(line, look.columns)), rows = 6) {
  let columns = 30;
  let isClosed = false;
  const works: Promise<void>[] = [];
  const reader = createReader({
    title: 'Title',
    source,
    close: () => {
      isClosed = true;
    },
    redraw: () => undefined,
    attempt: work => void works.push(work()),
  });
  const draw = () => reader.draw(plainLook(columns), { columns, rows });
  draw();
  return {
    draw,
    body: () => draw().rows.slice(1, -1),
    press(...names: string[]) {
      for (const name of names) reader.key(pressed(name));
    },
    async settle() {
      await Promise.all(works);
    },
    resize: (wanted: number) => {
      columns = wanted;
    },
    isClosed: () => isClosed,
  };
}

test('it opens at the end; arrows, pages, g and G move it', () => {
  const { press, body, draw } = begin();

  expect(draw().rows).toEqual([
    'Title                      end',
    'line 97',
    'line 98',
    'line 99',
    'line 100',
    'q back · / search · g G begin…',
  ]);
  press('up');
  expect(body()).toEqual(['line 96', 'line 97', 'line 98', 'line 99']);
  expect(draw().rows[0]).toMatch(/more below$/);
  press('pageup');
  expect(body()[0]).toBe('line 93');
  press('g');
  expect(body()[0]).toBe('line 1');
  press('up', 'down', 'down');
  expect(body()[0]).toBe('line 3');
  press('pagedown', ' ');
  expect(body()[0]).toBe('line 9');
  press('G');
  expect(body().at(-1)).toBe('line 100');
});

test('while the end is seen it goes along with it; scrolled up, nothing moves', () => {
  const lines = numbered(20);
  const { press, body } = begin(textSource(lines, line => [line]));

  lines.push('more');
  expect(body().at(-1)).toBe('more');
  press('up');
  const before = body();
  lines.push('and more', 'and more still');
  expect(body()).toEqual(before);
  press('pagedown', 'pagedown', 'pagedown');
  lines.push('the last');
  expect(body().at(-1)).toBe('the last');
});

test('a search marks its hits, goes from one to the next, also within a place, and begins anew at the last', async () => {
  const lines = [...numbered(50), 'a Needle here\nand a needle there', ...numbered(50)];
  const { press, body, draw, settle } = begin(textSource(lines, line => line.split('\n')));

  press('g', '/', 'needel', 'backspace', 'backspace', 'le');
  expect(draw().rows.at(-1)).toBe('/needle');
  expect(draw().cursor).toEqual({ row: 5, column: 7 });
  press('return');
  await settle();
  expect(body()).toEqual(['line 50', 'a Needle here', 'and a needle there', 'line 1']);
  press('n');
  await settle();
  expect(body()).toEqual(['a Needle here', 'and a needle there', 'line 1', 'line 2']);
  press('n');
  await settle();
  expect(body()[1]).toBe('a Needle here');
  press('N');
  await settle();
  expect(body()[1]).toBe('and a needle there');
  press('/', 'nowhere', 'return');
  await settle();
  expect(draw().rows.at(-1)).toBe('nothing more of nowhere');
});

test('rows are wrapped anew at another width, and the same text stays on top', () => {
  const text = textSource(
    Array.from({ length: 40 }, (_, at) => `${at} ${'word '.repeat(10)}`),
    (line, look) => rowsOf(line, look.columns),
  );
  const { press, body, resize } = begin(text);
  press('g', 'pagedown', 'pagedown');
  const before = body()[0];

  resize(12);

  expect(before).toMatch(/^3 word/);
  expect(body()[0]).toBe('3 word word');
  expect(body().every(row => row.length <= 12)).toBe(true);
});

test('what streams stands below the last place, and an empty source draws', () => {
  const lines = ['one', 'two'];
  let live: string[] = [];
  const source = { ...textSource(lines, line => [line]), tail: (_: unknown, most: number) => live.slice(-most) };
  const { body, press } = begin(source);

  live = ['…three', '…four', '…five'];
  expect(body()).toEqual(['two', '…three', '…four', '…five']);
  press('up');
  expect(body()).toEqual(['one', 'two', '…four', '…five']);
  expect(begin(textSource([], line => [line])).body()).toEqual(['', '', '', '']);
});

test('it closes with q, Escape or Ctrl+O, and its source with it', () => {
  for (const key of ['q', 'escape', 'ctrl+o']) {
    let isSourceClosed = false;
    const source: ReaderSource = {
      ...textSource(['x'], line => [line]),
      close: () => {
        isSourceClosed = true;
      },
    };
    const { press, isClosed } = begin(source);

    press(key);

    expect([isClosed(), isSourceClosed]).toEqual([true, true]);
  }
});

test('it draws in a single cell and never more than its room', () => {
  const reader = createReader({
    title: 'Title',
    source: textSource(numbered(9), (line, look) => rowsOf(line, look.columns)),
    close: () => undefined,
    redraw: () => undefined,
    attempt: () => undefined,
  });

  for (let rows = 1; rows < 8; rows++)
    for (const columns of [1, 2, 5, 40]) {
      const drawn = reader.draw(plainLook(columns), { columns, rows });
      expect(drawn.rows.length).toBeLessThanOrEqual(rows);
      expect(drawn.rows.every(row => row.length <= columns)).toBe(true);
      reader.key(pressed('up'));
    }
});

test('readerPlaces bounds the places whose rows are kept', () => {
  let drawn = 0;
  const rowsAt = createRowCache({
    rows(place) {
      drawn += 1;
      return [`row ${place}`];
    },
  });
  const look = plainLook();
  const drawAll = () => {
    for (let place = 0; place < limits.readerPlaces; place++) rowsAt(place, look);
  };

  drawAll();
  drawAll();
  const first = drawn;
  rowsAt(limits.readerPlaces, look);
  rowsAt(0, look);

  expect(first).toBe(limits.readerPlaces);
  expect(drawn).toBe(limits.readerPlaces + 2);
});
