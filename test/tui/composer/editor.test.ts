import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { type Edit, type Editor, emptyEditor, reduceEditor } from '../../../src/tui/composer/editor.ts';
import { labelOf, unfold } from '../../../src/tui/composer/pastes.ts';
import { anyEdits } from './written.ts';

const type = (text: string): Edit => ({ kind: 'type', text });
const paste = (text: string): Edit => ({ kind: 'paste', text });
const after = (edits: readonly Edit[], from: Editor = emptyEditor) => edits.reduce(reduceEditor, from);
const borders = (text: string) => [...[...new Intl.Segmenter().segment(text)].map(({ index }) => index), text.length];
/** The text with the cursor in it. */
const shown = ({ text, cursor }: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test('whatever is done, the cursor stands between two characters as they are drawn', () => {
  fc.assert(
    fc.property(anyEdits, edits => {
      let editor = emptyEditor;
      for (const edit of edits) {
        editor = reduceEditor(editor, edit);
        expect(borders(editor.text)).toContain(editor.cursor);
      }
    }),
    { numRuns: 500 },
  );
});

test('undo goes back through every state to the first, and redo to the last', () => {
  fc.assert(
    fc.property(anyEdits, edits => {
      const kept = edits.filter(({ kind }) => kind !== 'undo' && kind !== 'redo' && kind !== 'forget');
      const last = after(kept);

      let first = last;
      for (let step = 0; step < limits.undoSteps; step++) first = reduceEditor(first, { kind: 'undo' });
      let again = first;
      for (let step = 0; step < limits.undoSteps; step++) again = reduceEditor(again, { kind: 'redo' });

      expect(first.text).toBe('');
      expect(again.text).toBe(last.text);
    }),
    { numRuns: 500 },
  );
});

test('what was typed and pasted is sent as it is, whatever it holds', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), anything), { maxLength: 8 }), parts => {
      const { text, pastes } = after(parts.map(([isPaste, part]) => (isPaste ? paste(part) : type(part))));

      // The cursor may have to go past what joined behind it: nothing stands there here, so the order is kept.
      expect(unfold(text, pastes)).toBe(parts.map(([, part]) => part).join(''));
    }),
    { numRuns: 500 },
  );
});

test('undo takes back a word at a time, and a paste at once', () => {
  const editor = after([type('o'), type('n'), type('e'), type(' '), type('t'), type('wo'), paste('three')]);

  const once = reduceEditor(editor, { kind: 'undo' });
  const twice = reduceEditor(once, { kind: 'undo' });

  expect([once.text, twice.text]).toEqual(['one two', 'one ']);
});

test('words and lines are cut as in a shell, and put in again, the older ones too', () => {
  const cutWord = after([type('git commit --amend now'), { kind: 'kill', what: 'word-left' }]);
  const cutArgument = after(
    [
      { kind: 'move', to: 'left' },
      { kind: 'kill', what: 'argument-left' },
    ],
    cutWord,
  );
  const cutLine = after(
    [
      { kind: 'move', to: 'left' },
      { kind: 'kill', what: 'line-left' },
    ],
    cutArgument,
  );
  const yanked = after([{ kind: 'yank' }], cutLine);
  const older = after([{ kind: 'yank-older' }], yanked);

  expect(cutWord.text).toBe('git commit --amend ');
  expect(cutArgument.text).toBe('git commit  ');
  expect(shown(cutLine)).toBe('|  ');
  expect(shown(yanked)).toBe('git commit|  ');
  expect(shown(older)).toBe('--amend|  ');
});

test('cuts that follow each other are one, in the order in which they stood', () => {
  const editor = after([
    type('one two three'),
    { kind: 'kill', what: 'word-left' },
    { kind: 'kill', what: 'word-left' },
    { kind: 'yank' },
  ]);

  expect(editor.text).toBe('one two three');
  expect(editor.kills).toEqual(['two three']);
});

test('killRing bounds what was cut and can be put in again', () => {
  const cut = (word: number): Edit[] => [
    type(`${word}`),
    { kind: 'kill', what: 'line-left' },
    { kind: 'move', to: 'end' },
  ];

  const editor = after(Array.from({ length: limits.killRing + 5 }, (_, word) => cut(word)).flat());

  expect(editor.kills).toHaveLength(limits.killRing);
  expect(editor.kills[0]).toBe(`${limits.killRing + 4}`);
});

test('undoSteps bounds what undo takes back', () => {
  const editor = after(Array.from({ length: limits.undoSteps + 50 }, () => paste('x')));

  expect(editor.undo).toHaveLength(limits.undoSteps);
});

test('foldedLines and foldedChars are the least that is folded: one unit for the cursor, sent as its text', () => {
  const short = after([paste('l\n'.repeat(limits.foldedLines - 1)), paste('x'.repeat(limits.foldedChars))]);
  const lines = after([type('a'), paste('l\n'.repeat(240)), type('b')]);
  const chars = after([paste('x'.repeat(limits.foldedChars + 1))]);

  const back = after(
    [
      { kind: 'move', to: 'left' },
      { kind: 'delete', what: 'left' },
    ],
    lines,
  );

  expect(short.pastes.size).toBe(0);
  expect([...lines.pastes.values()].map(labelOf)).toEqual(['[pasted #1: 240 lines]']);
  expect([...chars.pastes.values()].map(labelOf)).toEqual(['[pasted #1: 1,001 characters]']);
  expect(unfold(lines.text, lines.pastes)).toBe(`a${'l\n'.repeat(240)}b`);
  expect(shown(back)).toBe('a|b');
});

test('composerChars bounds what stands unfolded, however it comes in', () => {
  const typed = after(Array.from({ length: 60 }, () => type('y'.repeat(900))));
  const put = after([{ kind: 'put', text: 'z'.repeat(limits.composerChars + 1) }]);

  expect(typed.text.length).toBeLessThan(limits.composerChars + 100);
  expect(unfold(typed.text, typed.pastes)).toBe('y'.repeat(54_000));
  expect(put.text.length).toBe(2);
});

test('pastes that only undo could bring back can be let go of', () => {
  const editor = after([paste('l\n'.repeat(50)), { kind: 'put', text: '' }, paste('m\n'.repeat(50))]);

  const kept = reduceEditor(editor, { kind: 'forget' });

  expect([editor.pastes.size, kept.pastes.size]).toEqual([2, 1]);
  expect(unfold(kept.text, kept.pastes)).toBe('m\n'.repeat(50));
});
