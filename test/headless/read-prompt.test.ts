import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import type { Io } from '../../src/core/ports.ts';
import { readPrompt } from '../../src/headless/read-prompt.ts';
import { createFakeClock } from '../fakes/clock.ts';

function world(input: () => AsyncIterable<string>, isInTerminal = false) {
  const clock = createFakeClock();
  const said: string[] = [];
  const io: Io = {
    out: async () => {},
    err: text => void said.push(text),
    input,
    isOutTerminal: false,
    isErrTerminal: false,
    isInTerminal,
    columns: () => 80,
  };
  const stop = new AbortController();
  return { clock, said, stop, deps: { io, clock, limits: { ...limits, promptBytes: 20 }, signal: stop.signal } };
}

async function* of(...chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
}

async function* never(): AsyncGenerator<string> {
  await new Promise(() => {});
}

test('words, an empty line, and what is piped in', async () => {
  const { deps } = world(() => of('a ', 'diff\n\n'));

  expect(await readPrompt(deps, ' review ')).toBe('review\n\na diff');
});

test('a terminal is not read', async () => {
  const { deps } = world(never, true);

  expect(await readPrompt(deps, 'hello')).toBe('hello');
});

test('an open input that stays silent is left alone after a while when there are words, and that is said', async () => {
  const { deps, clock, said } = world(never);

  const prompt = readPrompt(deps, 'hello');
  await clock.advance(limits.stdinFirstMs);

  expect(await prompt).toBe('hello');
  expect(said.join('')).toContain('nothing came on standard input');
});

test('more than the limit is refused, in bytes', async () => {
  const { deps } = world(() => of('äöü', 'äöüäöüäöü'));

  await expect(readPrompt(deps, '')).rejects.toMatchObject({
    fault: 'usage',
    message: expect.stringContaining('larger than'),
  });
});

test('a signal ends the wait', async () => {
  const { deps, stop } = world(never);

  const prompt = readPrompt(deps, '');
  stop.abort('SIGINT');

  expect(await prompt).toBe('');
});
