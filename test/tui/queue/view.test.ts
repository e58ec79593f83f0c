import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InboxId } from '../../../src/core/ids.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { stripped } from '../../../src/terminal/stripped.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { emptyQueue, type QueueState, type Waiting } from '../../../src/tui/queue/state.ts';
import { drawQueue, drawQueuePane } from '../../../src/tui/queue/view.ts';

const look = (columns: number, isAscii = false) =>
  createLook({ display: { theme: 'dark', isAscii }, color: 'always', columns });
const waiting = (text: string, takes: Waiting['takes'] = 'boundary'): Waiting => ({
  id: `inbox_${text.slice(0, 9)}` as InboxId,
  text,
  takes,
  wakes: true,
});
const draw = (state: Partial<QueueState>, columns = 50, rows = 12) =>
  drawQueue({ ...emptyQueue, ...state }, look(columns), { columns, rows }).map(stripped);

test('while a turn is busy the queue says what waits and when each is read', () => {
  const rows = [waiting('fix the tests\nand more'), waiting('then sum up', 'turn')];

  expect(draw({ phase: 'busy', rows })).toEqual([
    '',
    '  2 inputs wait · ↑ to change them',
    '  1 fix the tests and more   read at the next step',
    '  2 then sum up                read after the turn',
  ]);
});

test('before a turn is busy an input stands as it will be printed', () => {
  expect(draw({ phase: 'idle', rows: [waiting('hello')] })).toEqual(['', '> hello']);
  expect(draw({ phase: 'starting', sending: [{ key: 1, text: 'hello', takes: 'turn' }] })).toEqual(['', '> hello']);
});

test('of many inputs some are shown, and how many more there are', () => {
  const rows = Array.from({ length: 9 }, (_, at) => waiting(`input ${at}`));

  const drawn = draw({ phase: 'busy', rows });

  expect(drawn).toHaveLength(7);
  expect(drawn[1]).toBe('  9 inputs wait · ↑ to change them  … and 4 more');
});

test('no row is wider than the room, and there are no more than it has, whatever waits', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 200 }).map(text => waiting(text));
  const phase = fc.constantFrom('idle' as const, 'busy' as const);
  const rooms = fc.record({ columns: fc.integer({ min: 1, max: 90 }), rows: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(
      fc.array(anything, { minLength: 1, maxLength: 12 }),
      phase,
      rooms,
      fc.nat(11),
      (rows, now, room, at) => {
        const strip = drawQueue({ ...emptyQueue, phase: now, rows }, look(room.columns), room);
        const pane = drawQueuePane(rows, Math.min(at, rows.length - 1), look(room.columns, true), room).rows;

        for (const drawn of [strip, pane]) {
          expect(drawn.length).toBeLessThanOrEqual(room.rows);
          expect(Math.max(0, ...drawn.map(row => widthOf(stripped(row))))).toBeLessThanOrEqual(room.columns);
        }
      },
    ),
  );
});

test('the chosen input is marked, and in view', () => {
  const rows = Array.from({ length: 9 }, (_, at) => waiting(`input ${at}`));

  const drawn = drawQueuePane(rows, 8, look(60), { columns: 60, rows: 5 }).rows.map(stripped);

  expect(drawn.at(-1)).toMatch(/^› 9 input 8 +read at the next step$/);
  expect(drawn).toHaveLength(5);
});
