import { expect, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import { limits } from '../../src/core/limits.ts';
import { createTrouble } from '../../src/store/sqlite/trouble.ts';
import { createFakeClock } from '../fakes/clock.ts';

/** Divides what is waited for. */
const stepMs = 250;

test('R2 a store that goes on failing is told to people, once a minute; a single failure and a refusal are not', async () => {
  const clock = createFakeClock();
  const told: [number, string][] = [];
  const failed = createTrouble(clock, message => told.push([clock.monotonic(), message]));
  const full = new AppError('store', 'The disk is full.');

  failed(full);
  failed(new AppError('fenced', 'somebody else'));
  await clock.advance(10 * limits.troubleAgainMs);
  failed(new AppError('fenced', 'somebody else'));
  for (let ms = 0; ms <= 90_000; ms += stepMs) {
    failed(full);
    await clock.advance(stepMs);
  }

  const begin = 10 * limits.troubleAgainMs + limits.recheckMs;
  const message = 'The disk is full. Trying again.';
  expect(told).toEqual([
    [begin, message],
    [begin + limits.troubleAgainMs, message],
  ]);
});
