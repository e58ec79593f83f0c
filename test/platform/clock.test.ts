import { expect, test } from 'vitest';
import { startDeadline } from '../../src/core/deadline.ts';
import { createIdle } from '../../src/models/wire/idle.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createFakeClock } from '../fakes/clock.ts';

test('a sleep that is aborted is rejected with the reason, before and during', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');

  const sleeping = systemClock.sleep(60_000, { signal: controller.signal });
  controller.abort(reason);

  await expect(sleeping).rejects.toBe(reason);
  await expect(systemClock.sleep(60_000, { signal: controller.signal })).rejects.toBe(reason);
});

test('a wait of more than 2^31 ms does not end at once', async () => {
  let hasRun = false;

  const cancel = systemClock.after(2 ** 31 + 5, () => {
    hasRun = true;
  });
  await systemClock.sleep(20);
  cancel();

  expect(hasRun).toBe(false);
});

test('R14 a machine that slept for ten minutes does not time out what had a minute left', async () => {
  const clock = createFakeClock();
  let slept = 0;
  let isOver = false;
  startDeadline({ ...clock, monotonic: () => clock.monotonic() + slept }, 60_000, () => {
    isOver = true;
  });

  await clock.advance(10_000);
  slept = 600_000;
  await clock.advance(40_000);
  const afterSleep = isOver;
  await clock.advance(10_000);

  expect([afterSleep, isOver]).toEqual([false, true]);
});

test('R14 a machine that slept does not time out an answer that is taken up piece by piece', async () => {
  const clock = createFakeClock();
  let slept = 0;
  let isIdle = false;
  const idle = createIdle({ ...clock, monotonic: () => clock.monotonic() + slept }, 60_000, () => {
    isIdle = true;
  });

  await clock.advance(10_000);
  slept = 600_000;
  idle.pause();
  idle.resume();
  await clock.advance(40_000);
  const afterSleep = isIdle;
  await clock.advance(10_000);

  expect([afterSleep, isIdle]).toEqual([false, true]);
});
