import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceText } from '../../src/tools/replace-text.ts';

const line = fc.string({ unit: 'binary', maxLength: 12 }).map(text => text.toWellFormed().replace(/[\r\n]/g, ''));
const newline = fc.constantFrom('\n', '\r\n');

function replaced(source: Uint8Array | string, oldText: string, newText: string, all = false): string {
  const result = replaceText(Buffer.from(source), oldText, newText, all);
  return result.kind === 'replaced' ? result.bytes.toString() : result.kind;
}

test('everything outside of the replaced text stays byte for byte, whatever bytes they are', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      line,
      line,
      fc.uint8Array({ maxLength: 60 }),
      (before, from, to, after) => {
        const middle = Buffer.from(`<${from}>`);
        const source = Buffer.concat([before, middle, after]);
        fc.pre(source.indexOf(middle) === before.length && source.lastIndexOf(middle) === before.length);

        const result = replaceText(source, `<${from}>`, to, false);

        expect(result.kind === 'replaced' && result.bytes).toEqual(Buffer.concat([before, Buffer.from(to), after]));
      },
    ),
  );
});

test('a text with LF finds lines that end in CRLF, and puts CRLF in their place', () => {
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 2, maxLength: 6 }),
      fc.array(line, { minLength: 2, maxLength: 6 }),
      newline,
      (from, to, end) => {
        const source = `\ufeffhead${end}<${from.join(end)}>${end}tail${end}`;

        const result = replaced(source, `<${from.join('\n')}>`, `[${to.join('\n')}]`);

        expect(result).toBe(`\ufeffhead${end}[${to.join(end)}]${end}tail${end}`);
      },
    ),
  );
});

test('within one line the ends that the file has most are used', () => {
  expect(replaced('a\r\nb\r\nc\n', 'b', 'x\ny')).toBe('a\r\nx\r\ny\r\nc\n');
  expect(replaced('a\nb\nc\r\n', 'b', 'x\r\ny')).toBe('a\nx\ny\nc\r\n');
});

test.each([
  ['aaa', 'aa', 'ambiguous'],
  ['a\r\nb', '\n', 'a|b'],
  ['a\r\nb\r\n', '\n', 'ambiguous'],
  ['a.c abc', 'a.c', '| abc'],
  ['ünï ÜNÏ', 'ünï', '| ÜNÏ'],
  ['x', 'y', 'not-found'],
  ['no newline at end', 'end', 'no newline at |'],
])('in %j the text %j gives %j', (source, wanted, result) => {
  expect(replaced(source, wanted, '|')).toBe(result);
});

test('all occurrences are replaced from left to right', () => {
  expect(replaced('aaaa b aa', 'aa', 'a', true)).toBe('aa b a');
});
