import fc from 'fast-check';
import type { Edit } from '../../../src/tui/composer/editor.ts';

/** Pieces in which everything that joins or widens characters occurs. */
const pieces = [
  'a',
  'b ',
  ' ',
  'word',
  '\n',
  '\t',
  '漢字',
  'e',
  '\u0301',
  '👨‍👩‍👧',
  '🇩🇪',
  '🇩',
  '\u200d',
  '👍🏽',
  '\ufe0f',
  '한',
  '\u1100',
  '\u{f0001}',
  '\u001b[2J',
  '\u202e',
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''));
const long = fc.integer({ min: 1, max: 12 }).map(lines => 'line\n'.repeat(lines));

/** Everything that a person can do to a draft. */
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: text.map((typed): Edit => ({ kind: 'type', text: typed })) },
  fc.oneof(text, long).map((pasted): Edit => ({ kind: 'paste', text: pasted })),
  text.map((put): Edit => ({ kind: 'put', text: put })),
  fc
    .constantFrom('left', 'right', 'word-left', 'word-right', 'line-start', 'line-end', 'start', 'end')
    .map((to): Edit => ({ kind: 'move', to })),
  fc.nat(60).map((to): Edit => ({ kind: 'go', to, goal: 3 })),
  fc.constantFrom('left', 'right').map((what): Edit => ({ kind: 'delete', what })),
  fc
    .constantFrom('word-left', 'argument-left', 'word-right', 'line-left', 'line-right')
    .map((what): Edit => ({ kind: 'kill', what })),
  fc.constantFrom('yank', 'yank-older', 'undo', 'redo', 'forget').map((kind): Edit => ({ kind })),
);

export const anyEdits: fc.Arbitrary<Edit[]> = fc.array(anyEdit, { maxLength: 30 });
