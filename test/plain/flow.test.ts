import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyFlow, flowEnd, flowOn } from '../../src/plain/flow.ts';
import { createPlainLook } from '../../src/plain/look.ts';
import { widthOf } from '../../src/terminal/width.ts';

const look = (columns: number) => createPlainLook({ color: 'never', isTerminal: false, columns });

/** All rows that are printed when the text comes in these pieces. */
function printed(pieces: readonly string[], columns: number): string[] {
  const rows: string[] = [];
  let flow = emptyFlow;
  for (const piece of pieces) {
    const step = flowOn(flow, piece, look(columns));
    flow = step.flow;
    rows.push(...step.rows);
  }
  return [...rows, ...flowEnd(flow, look(columns))];
}

test('markdown is drawn as rows: headings, lists with a hanging indent, bold and code without their marks', () => {
  const rows = printed(['## Title\n- one **two** `three` four five\n\n```ts\na  b\n```\nend'], 20);

  expect(rows).toEqual(['Title', '• one two three four', '  five', '', 'a  b', 'end']);
});

const text = fc
  .array(fc.constantFrom('a', 'word', ' ', '  ', '\n', '`', '**', '# ', '- ', '1. ', '漢字', '👍', '```\n', '*'), {
    maxLength: 60,
  })
  .map(parts => parts.join(''));

test('however a text is cut into pieces, the same rows are printed', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(100)), fc.integer({ min: 8, max: 40 }), (whole, cuts, columns) => {
      const at = [...new Set([0, ...cuts.filter(cut => cut < whole.length), whole.length])].toSorted((a, b) => a - b);
      const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end));

      expect(printed(pieces, columns)).toEqual(printed([whole], columns));
    }),
  );
});

test('no row is wider than the terminal, and none holds a control character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 20, max: 60 }), (whole, columns) => {
      for (const row of printed([whole], columns)) {
        expect(widthOf(row)).toBeLessThanOrEqual(columns);
        expect(row).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }
    }),
  );
});
