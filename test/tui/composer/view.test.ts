import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLook } from '../../../src/terminal/look.ts';
import { stripped } from '../../../src/terminal/stripped.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { type Edit, emptyEditor, reduceEditor } from '../../../src/tui/composer/editor.ts';
import { drawComposer } from '../../../src/tui/composer/view.ts';
import { cpuMs } from '../../fakes/pace.ts';
import { anyEdits } from './written.ts';

function draw(edits: readonly Edit[], columns: number, rows = 20, isAscii = false) {
  const look = createLook({ display: { theme: 'dark', isAscii }, color: 'always', columns });
  const editor = edits.reduce(reduceEditor, emptyEditor);
  const drawn = drawComposer({ editor, placeholder: 'Ask', search: undefined, below: () => [] }, look, {
    columns,
    rows,
  });
  return { ...drawn, text: drawn.rows.map(stripped) };
}

test('no row is wider than the room, there are no more than it has, and the cursor is in it', () => {
  fc.assert(
    fc.property(anyEdits, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 }), (edits, columns, rows) => {
      const { text, cursor } = draw(edits, columns, rows);

      expect(Math.max(...text.map(widthOf))).toBeLessThanOrEqual(columns);
      expect(text.length).toBeLessThanOrEqual(rows);
      expect(cursor?.row).toBeLessThan(text.length);
      expect(cursor?.column).toBeLessThan(columns + 1);
    }),
    { numRuns: 500 },
  );
});

test('nothing that was written can act on the terminal', () => {
  fc.assert(
    fc.property(anyEdits, edits => {
      // What is left when our own colours are away.
      expect(draw(edits, 40).text.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u200d]/);
    }),
  );
});

test('words are kept together, wide characters count two, and the cursor follows', () => {
  const words = draw([{ kind: 'type', text: 'aaaa bbbb cccc' }], 14);
  const wide = draw([{ kind: 'type', text: '漢字漢字漢字' }], 11);

  expect(words.text.slice(-2)).toEqual(['> aaaa bbbb ', '  cccc']);
  expect(words.cursor).toEqual({ row: 3, column: 6 });
  expect(wide.text.slice(-2)).toEqual(['> 漢字漢字', '  漢字']);
  expect(wide.cursor).toEqual({ row: 3, column: 6 });
});

test('of a long text the rows around the cursor are shown, and marks say that there is more', () => {
  const lines = Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n');
  const middle: Edit[] = [
    { kind: 'put', text: lines },
    { kind: 'go', to: lines.indexOf('line 20'), goal: 0 },
  ];

  const { text, cursor } = draw(middle, 40, 10, true);

  expect(text).toEqual(['', '-'.repeat(40), '^ line 18', '  line 19', '  line 20', 'v line 21']);
  expect(cursor).toEqual({ row: 4, column: 2 });
});

test('a key in a long text is drawn in time', async () => {
  const look = createLook({ display: { theme: 'none', isAscii: false }, color: 'never', columns: 80 });
  let editor = reduceEditor(emptyEditor, { kind: 'put', text: '漢é '.repeat(4_500) });

  const took = await cpuMs(() => {
    for (let key = 0; key < 20; key++) {
      editor = reduceEditor(editor, { kind: 'type', text: '字' });
      drawComposer({ editor, placeholder: '', search: undefined, below: () => [] }, look, { columns: 80, rows: 24 });
    }
  });

  expect(took / 20).toBeLessThan(16);
});
