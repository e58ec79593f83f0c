import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { createLook } from '../../../src/terminal/look.ts';
import { widthOf } from '../../../src/terminal/width.ts';
import { drawMarkdown } from '../../../src/tui/markdown/draw.ts';
import { highlight } from '../../../src/tui/markdown/highlight.ts';
import { createMarkdownStream } from '../../../src/tui/markdown/stream.ts';

const plain = (columns = 60, isAscii = false) =>
  createLook({ display: { theme: 'none', isAscii }, color: 'never', columns });
const coloured = (columns = 60) =>
  createLook({ display: { theme: 'dark', isAscii: false }, color: 'always', columns, highlight });
const drawn = (text: string, columns?: number) => drawMarkdown(text, plain(columns));

/** Our own colours and links, and nothing else that a terminal could take for an order. */
const ours = /\u001b\[[0-9;]*m|\u001b\]8;;[^\u0000-\u001f\u007f]*\u001b\\/g;

const piece = fc.oneof(
  fc.constantFrom(
    '# head\n',
    '\n',
    '\n\n',
    '- item\n',
    '  - nested\n',
    '1. one\n',
    '2) two\n',
    '- [ ] task\n',
    '```ts\n',
    '```\n',
    '~~~\n',
    '> quote\n',
    '| a | b |\n',
    '|---|--:|\n',
    '| 1 | **2** |\n',
    '**bold**',
    '`code`',
    '*it*',
    '[link](https://a.example/b)',
    '[bad](javascript:alert(1))',
    '---\n',
    '===\n',
    '    indented\n',
    '\t',
    '\r\n',
    '&amp;',
    '<b>',
    '![alt](x.png)',
    'https://bare.example',
    '\\*',
    '  \n',
    '/* open',
    '*/',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '\u001b]0;title\u0007',
    '\u001b[2J',
    '\u009b31m',
    '\u202e',
    '\u200b',
    '\ud800',
    '\u001bP+q\u001b\\',
    'ｗｉｄｅ',
    '👩‍👩‍👧',
  ),
);
const text = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));
const columns = fc.integer({ min: 1, max: 90 });

test('however a text is cut into deltas, the rows are those of the whole', () => {
  fc.assert(
    fc.property(text, columns, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (whole, width, sizes) => {
      const look = coloured(width);
      const stream = createMarkdownStream(look);
      const rows: string[] = [];
      for (let at = 0, turn = 0; at < whole.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        rows.push(...stream.push(whole.slice(at, at + size)));
        stream.open(5);
        at += size;
      }
      rows.push(...stream.end());

      expect(rows).toEqual(drawMarkdown(whole, look));
    }),
    { numRuns: 1_000 },
  );
});

test('R25 no row of a hostile text holds anything but our colours and links, and none is wider than the room', () => {
  fc.assert(
    fc.property(text, columns, (whole, width) => {
      const look = coloured(width);
      const stream = createMarkdownStream(look);
      const rows = [...stream.push(whole), ...stream.open(50), ...stream.end()];

      for (const row of rows) {
        const left = row.replace(ours, '');
        expect(left).not.toMatch(/[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/u);
        if (width > 12) expect(widthOf(left)).toBeLessThanOrEqual(width);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('headings, paragraphs, lists and rules stand apart; the items of a list do not', () => {
  expect(drawn('# Head\ntext **bold**\n- one\n- two\n  - deep\n\n1. first\n2. second\n\n---\nend')).toEqual([
    'Head',
    '',
    'text bold',
    '',
    '• one',
    '• two',
    '  ◦ deep',
    '',
    '1. first',
    '2. second',
    '',
    '─'.repeat(40),
    '',
    'end',
  ]);
});

test('tasks of a list show their boxes once', () => {
  expect(drawn('- [ ] open\n- [x] **done**')).toEqual(['• [ ] open', '• [x] done']);
});

test('a table is aligned, and wrapped where the room is tight', () => {
  const table = '| name | count |\n|:--|--:|\n| alpha | 1 |\n| a long name of two | 22 |';

  expect(drawn(table)).toEqual([
    'name               │ count',
    '───────────────────┼──────',
    'alpha              │     1',
    'a long name of two │    22',
  ]);
  expect(drawn(table, 16)).toEqual([
    'name     │ count',
    '─────────┼──────',
    'alpha    │     1',
    'a long   │    22',
    'name of  │',
    'two      │',
  ]);
});

test('a table that has no room for its columns is a list of its cells', () => {
  expect(drawn('| a | b | c |\n|--|--|--|\n| one | two | three |', 14)).toEqual(['a: one', 'b: two', 'c: three']);
});

test('the lines of a code block are settled as they come, without the fences', () => {
  const stream = createMarkdownStream(plain());

  const before = stream.push('```ts\nconst a = 1;\nconst b');

  expect(before).toEqual(['  const a = 1;']);
  expect(stream.open(5)).toEqual(['  const b']);
  expect([...stream.push(' = 2;\n```\n'), ...stream.end()]).toEqual(['  const b = 2;']);
});

test('code is coloured by its language, also where a comment goes over lines', () => {
  const [first, second, third] = drawMarkdown('```ts\n/* a\nb */\nlet c = 1;\n```', coloured());
  const comment = coloured().style('comment', 'x').split('x')[0] ?? '';

  expect(first).toContain(comment);
  expect(second).toContain(comment);
  expect(third).toContain(coloured().style('keyword', 'let'));
});

test('links are links where the terminal may have them; what is no web or mail address is shown in full', () => {
  const link = drawMarkdown('[docs](https://a.example/x)', coloured()).join('');

  expect(link).toContain('\u001b]8;;https://a.example/x\u001b\\');
  expect(drawMarkdown('[click](javascript:alert(1))', coloured()).join('')).not.toContain(']8;;');
  expect(drawn('[click](javascript:alert(1))')).toEqual(['click (javascript:alert(1))']);
  expect(drawn('[docs](https://a.example/x)')).toEqual(['docs (https://a.example/x)']);
});

test('an ASCII look draws in ASCII', () => {
  const rows = drawMarkdown('- a\n\n| x | y |\n|--|--|\n| 1 | 2 |\n\n> q\n\n---', plain(60, true));

  expect(rows.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
});

test('a paragraph that is open shows its last rows', () => {
  const stream = createMarkdownStream(plain(20));

  stream.push('one two three four five six seven eight nine ten');

  expect(stream.open(2)).toEqual(['five six seven eight', 'nine ten']);
});

test('markdownOpenChars bounds what a frame draws of an open block', () => {
  const stream = createMarkdownStream(plain(10));

  stream.push('word '.repeat(limits.markdownOpenChars));

  const rows = stream.open(Number.POSITIVE_INFINITY);
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.join('').length).toBeLessThanOrEqual(limits.markdownOpenChars);
});

test('markdownDepth bounds the nesting that is drawn; the rest is text', () => {
  const deep = `${'> '.repeat(limits.markdownDepth + 5)}deep`;
  const bars = (drawn(deep, 200)[0] ?? '').split('│').length - 1;

  expect(bars).toBe(limits.markdownDepth + 1);
  expect(drawn(deep, 200)[0]).toContain('> > > deep');
});

test('highlightCarriedChars bounds what is read again of code that goes over lines', () => {
  const comment = (line: string) => highlightedAs(line).find(span => span.text.includes('rest'))?.roles;
  const highlightedAs = (first: string) => {
    const painter = highlight('ts');
    painter?.paint(first);
    return painter?.paint('rest') ?? [];
  };

  expect(comment('/* opened')).toEqual(['comment']);
  expect(comment(`${' '.repeat(limits.highlightCarriedChars)}/* opened`)).not.toEqual(['comment']);
});
