import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createWatch } from '../../src/store/sqlite/watch.ts';
import { createFakeClock } from '../fakes/clock.ts';

test('a database that cannot be asked for changes is said once in the log, and heard again when it is back', async () => {
  const clock = createFakeClock();
  const warned: unknown[] = [];
  const heard: number[] = [];
  let isBroken = false;
  let version = 1;
  const watch = createWatch({
    clock,
    log: { warn: (_, fields) => warned.push(fields?.error) },
    dataVersion: () => {
      if (isBroken) throw new Error('gone');
      return version;
    },
    announce: () => heard.push(clock.monotonic()),
  });
  watch.start();

  isBroken = true;
  await clock.advance(4 * limits.pollIdleMs);
  isBroken = false;
  version = 2;
  await clock.advance(limits.pollIdleMs);
  const relax = watch.closely();
  version = 3;
  await clock.advance(limits.pollBusyMs);
  relax();
  relax();
  await clock.advance(10 * limits.pollIdleMs);
  watch.stop();

  expect(warned).toEqual(['gone']);
  expect(heard).toEqual([5 * limits.pollIdleMs, 5 * limits.pollIdleMs + limits.pollBusyMs]);
  expect(clock.pending).toBe(0);
});
