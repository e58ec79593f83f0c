import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createInlet } from '../../src/tui/inlet.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createGlass } from './glass.ts';

function begin() {
  const clock = createFakeClock();
  const glass = createGlass();
  const inlet = createInlet(glass.device.stdin, { after: clock.after, limits, onReport: () => undefined });
  let read = '';
  inlet.stream.setEncoding('utf8');
  inlet.stream.setRawMode(true);
  inlet.stream.on('data', (chunk: string) => {
    read += chunk;
  });
  const settle = () => new Promise<void>(resolve => setImmediate(resolve));
  return { clock, glass, inlet, read: () => read, settle };
}

test('a paste comes through as a mark in its place, and its text by that mark, once', async () => {
  const { glass, inlet, read, settle } = begin();

  glass.press('a\u001b[200~one\ntwo\u001b[201~');
  await settle();

  expect(read()).toBe('a\u001b[200~paste 0\u001b[201~');
  expect(inlet.take('paste 0')).toBe('one\ntwo');
  expect(inlet.take('paste 0')).toBe('paste 0');
});

test('pasteTailMs is how long what follows a paste is held back', async () => {
  const { clock, glass, read, settle } = begin();
  glass.press('\u001b[200~one\u001b[201~\r');
  await settle();

  await clock.advance(limits.pasteTailMs - 1);
  const before = read();
  await clock.advance(1);

  expect(before.endsWith('\u001b[201~')).toBe(true);
  expect(read().endsWith('\u001b[201~\r')).toBe(true);
});

test('Enter with Shift as tmux and xterm write it is given to Ink in the form that it reads', async () => {
  const { glass, read, settle } = begin();

  glass.press('\u001b[27;2;13~');
  await settle();

  expect(read()).toBe('\u001b[13;2u');
});

test('while the keyboard is lent to another program nothing is read of it', async () => {
  const { glass, inlet, read, settle } = begin();

  inlet.stream.setRawMode(false);
  glass.press('for the editor');
  await settle();
  const lent = read();
  const theirs = String(glass.device.stdin.read());
  inlet.stream.setRawMode(true);
  glass.press('mine');
  await settle();

  expect(lent).toBe('');
  expect(theirs).toBe('for the editor');
  expect(read()).toBe('mine');
});

test('what Ink reads from is a stream that says that it is a terminal', () => {
  const { inlet } = begin();

  expect(inlet.stream).toBeInstanceOf(PassThrough);
  expect(inlet.stream.isTTY).toBe(true);
});
