import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createPulse } from '../../src/tui/pulse.ts';
import { createFakeClock } from '../fakes/clock.ts';

function begin() {
  const clock = createFakeClock();
  const pulse = createPulse(clock, limits);
  const drawn: number[] = [];
  pulse.onDraw(() => drawn.push(clock.monotonic()));
  return { clock, pulse, drawn };
}

test('frameMs gathers what streams into one frame', async () => {
  const { clock, pulse, drawn } = begin();
  const start = clock.monotonic();

  for (let delta = 0; delta < 10; delta++) pulse.draw('soon');
  await clock.advance(limits.frameMs - 1);
  const before = drawn.length;
  await clock.advance(1);

  expect(before).toBe(0);
  expect(drawn).toEqual([start + limits.frameMs]);
});

test('keys that come together are drawn once, at the end of the task', async () => {
  const { clock, pulse, drawn } = begin();

  pulse.draw('soon');
  pulse.draw('now');
  pulse.draw('now');
  await Promise.resolve();
  await clock.advance(limits.frameMs);

  expect(drawn).toEqual([clock.monotonic() - limits.frameMs]);
});

test('beatMs is the time between two beats while something is at work', async () => {
  const { clock, pulse, drawn } = begin();
  let isBusy = true;

  pulse.beat(() => isBusy);
  await clock.advance(limits.beatMs);
  await clock.advance(limits.beatMs);
  isBusy = false;
  await clock.advance(10 * limits.beatMs);

  expect(pulse.beats()).toBe(2);
  expect(drawn).toHaveLength(2);
});

test('nothing is drawn after the end', async () => {
  const { clock, pulse, drawn } = begin();

  pulse.beat(() => true);
  pulse.draw('soon');
  pulse.close();
  pulse.draw('now');
  await clock.advance(10 * limits.beatMs);

  expect(drawn).toEqual([]);
});
