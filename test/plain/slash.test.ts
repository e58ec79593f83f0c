import { expect, test } from 'vitest';
import { parseSlash } from '../../src/plain/slash.ts';

test.each([
  ['/help', { kind: 'help' }],
  ['/stop 9a49fddh ', { kind: 'stop', id: '9a49fddh' }],
  ['/model', { kind: 'model', handle: undefined }],
  ['/MODEL ollama/qwen3:8b', { kind: 'model', handle: 'ollama/qwen3:8b' }],
  ['/resume', { kind: 'resume', id: undefined }],
])('%s is a command', (line, expected) => {
  expect(parseSlash(line)).toEqual(expected);
});

test.each(['look at this', '/usr/bin/env is what?', '/ what', '', ' /help'])('"%s" is for the model', line => {
  expect(parseSlash(line)).toBeUndefined();
});

test.each([
  ['/tsaks', 'did you mean /tasks?'],
  ['/zzz', 'there is no command /zzz; /help'],
  ['/stop', '/stop needs the id of a task'],
  ['/quit now', 'takes nothing after it (received "now")'],
])('%s says what would be right', (line, message) => {
  expect(() => parseSlash(line)).toThrow(message);
});
