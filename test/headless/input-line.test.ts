import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInputLine } from '../../src/headless/input-line.ts';

const user = (content: unknown) => JSON.stringify({ type: 'user', message: { role: 'user', content } });

test('a message is a text or a list of text blocks', () => {
  expect(readInputLine(user('one'))).toEqual({ kind: 'user', text: 'one' });
  expect(
    readInputLine(
      user([
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ]),
    ),
  ).toEqual({ kind: 'user', text: 'one\ntwo' });
});

test.each([
  ['nonsense', 'not JSON'],
  ['[]', 'expected a line like'],
  ['{"type":"other"}', '"type" must be'],
  [user(' '), 'content is empty'],
  [user([{ type: 'image', source: {} }]), 'list of blocks'],
  [user([]), 'content is empty'],
  ['{"type":"user","message":{"role":"assistant","content":"x"}}', 'message.role'],
  ['{"type":"control_request","request":{"subtype":"interrupt"}}', 'request_id'],
])('what is wrong with %s is said', (line, says) => {
  const read = readInputLine(line);

  expect(read).toMatchObject({ kind: 'bad', message: expect.stringContaining(says) });
});

test('keys that are not known are left alone', () => {
  const line = JSON.stringify({
    type: 'user',
    session_id: 'x',
    parent_tool_use_id: null,
    message: { role: 'user', content: 'hi', more: 1 },
  });

  expect(readInputLine(line)).toEqual({ kind: 'user', text: 'hi' });
});

test('no line makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), line => {
      expect(['user', 'request', 'response', 'nothing', 'bad']).toContain(readInputLine(line).kind);
    }),
  );
});
