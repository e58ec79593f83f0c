import { expect, test } from 'vitest';
import type { Key } from '../../src/core/ports.ts';
import { type Editor, edit, emptyEditor, submit } from '../../src/plain/editor.ts';

const type = (text: string): Key => ({ kind: 'text', text });
const press = (name: string, mods: { ctrl?: boolean; meta?: boolean } = {}): Key => ({
  kind: 'key',
  name,
  ctrl: mods.ctrl ?? false,
  meta: mods.meta ?? false,
});
const after = (start: Editor, ...keys: Key[]) => keys.reduce(edit, start);
/** The text with a bar where the cursor stands. */
const drawn = ({ text, cursor }: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test.each<[string, Key[], string]>([
  ['text is put in where the cursor stands', [type('ac'), press('left'), type('b')], 'ab|c'],
  ['backspace takes a whole character, also one of several code points', [type('a👩‍👩‍👧'), press('backspace')], 'a|'],
  ['the cursor does not leave the text', [press('left'), type('a'), press('right'), press('right')], 'a|'],
  ['Ctrl+W takes a word', [type('one two'), press('w', { ctrl: true })], 'one |'],
  ['Ctrl+U takes all before the cursor', [type('one'), press('left'), press('u', { ctrl: true })], '|e'],
  [
    'Alt+Enter begins a line; Home stays in it',
    [type('a'), press('return', { meta: true }), type('bc'), press('home')],
    'a\n|bc',
  ],
  [
    'a key without a meaning changes nothing',
    [type('a'), press('f5'), press('constructor'), press('x', { ctrl: true })],
    'a|',
  ],
])('%s', (_, keys, expected) => {
  const editor = after(emptyEditor(), ...keys);

  expect(drawn(editor)).toBe(expected);
});

test('a paste of several lines is text and sends nothing', () => {
  const editor = after(emptyEditor(), { kind: 'paste', text: 'one\ntwo\n' }, type('three'));

  expect(drawn(editor)).toBe('one\ntwo\nthree|');
});

test('what was sent comes back by the arrow up, the unfinished draft by the arrow down', () => {
  const sent = submit(after(submit(after(emptyEditor(), type('first'))), type('second')));
  const writing = after(sent, type('dra'));

  const up = after(writing, press('up'), press('up'), press('up'));
  const down = after(up, press('down'), press('down'), press('down'));

  expect(drawn(up)).toBe('first|');
  expect(drawn(down)).toBe('dra|');
});
