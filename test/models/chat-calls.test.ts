import { expect, test } from 'vitest';
import { createChatCalls } from '../../src/models/protocols/chat-calls.ts';

const piece = (index: number | undefined, id: string | undefined, name: string | undefined, args: unknown) => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  function: { ...(name === undefined ? {} : { name }), arguments: args },
});

function gathered(pieces: readonly unknown[]) {
  const calls = createChatCalls();
  for (const one of pieces) Array.from(calls.add(one));
  return Array.from(calls.end()).map(part =>
    part.type === 'tool-call' ? [part.toolCallId, part.toolName, part.input] : part.type,
  );
}

test('pieces of parallel calls that come mixed belong to the call of their index', () => {
  const pieces = [
    piece(0, 'a', 'Read', '{"p"'),
    piece(1, 'b', 'Bash', '{"c"'),
    piece(0, undefined, undefined, ':1}'),
    piece(1, undefined, undefined, ':2}'),
  ];

  expect(gathered(pieces)).toEqual([
    ['a', 'Read', '{"p":1}'],
    ['b', 'Bash', '{"c":2}'],
  ]);
});

test('without an index pieces belong to the call of their id, or to the last one', () => {
  const pieces = [
    piece(undefined, 'a', 'Read', '{'),
    piece(undefined, undefined, undefined, '}'),
    piece(undefined, 'b', 'Bash', '{}'),
  ];

  expect(gathered(pieces)).toEqual([
    ['a', 'Read', '{}'],
    ['b', 'Bash', '{}'],
  ]);
});

test('an index that is used again with another name and id begins another call', () => {
  const pieces = [piece(0, 'a', 'Read', '{}'), piece(0, 'b', 'Bash', '{}')];

  expect(gathered(pieces)).toEqual([
    ['a', 'Read', '{}'],
    ['b', 'Bash', '{}'],
  ]);
});

test('a call without an id is known by its place', () => {
  expect(gathered([piece(0, undefined, 'Read', '{}'), piece(1, '', 'Bash', '{}')])).toEqual([
    ['call_1', 'Read', '{}'],
    ['call_2', 'Bash', '{}'],
  ]);
});

test('a name that comes late, repeated names and arguments as an object are understood', () => {
  const pieces = [piece(0, 'a', undefined, ''), piece(0, 'a', 'Read', ''), piece(0, 'a', 'Read', { p: 1 })];

  expect(gathered(pieces)).toEqual([['a', 'Read', '{"p":1}']]);
});
