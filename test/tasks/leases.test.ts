import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WorkerId } from '../../src/core/ids.ts';
import type { Worker } from '../../src/store/rows.ts';
import { createSilence } from '../../src/tasks/silence.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createWorld, taskNamed, until } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

const limits = { leaseMs: 15_000, recheckMs: 1_000 };
const day = 24 * 3_600_000;
const year = 365 * day;

function workerWith(leaseUntil: number): Worker {
  return { id: 'worker_a' as WorkerId, kind: 'test', pid: 1, host: 'here', startedAt: 0, leaseUntil };
}

test.each([
  ['forward a year', year],
  ['back three days', -3 * day],
])('R14 two programs on one store, the clock goes %s: neither takes the other for dead', async (_, jump) => {
  const script = cast([uses(['Task', slowTask]), says('ok'), says('heard')], {
    slow: request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done')),
  });
  const world = await createWorld(script, { limits: { recheckMs: limits.recheckMs } });
  const [first, second] = [await world.open(), await world.open()];
  const before = [first.chat.working.worker(), second.chat.working.worker()];
  await first.say('go');
  await until(() => world.tools.runs.length > 0);

  world.clock.jump(jump);
  await world.clock.advance(20_000);
  world.tools.release('s');
  await until(async () => {
    await world.clock.advance(10);
    return (await taskNamed(first, 'slow')).status === 'completed';
  });

  expect(await taskNamed(first, 'slow')).toMatchObject({ attempt: 1, failures: [] });
  expect([first.chat.working.worker(), second.chat.working.worker()]).toEqual(before);
});

const slowTask = { subagent_type: 'general-purpose', prompt: 'slow', description: 'slow', run_in_background: true };

test('R12 a lease has run out when nothing of it changed for as long, and a renewal begins it anew', async () => {
  const clock = createFakeClock();
  const silence = createSilence(clock, limits);
  const gone: number[] = [];
  const lookAfter = async (ms: number, leaseUntil: number) => {
    await clock.advance(ms);
    gone.push(silence.look([workerWith(leaseUntil)]).size);
  };

  await lookAfter(0, 1);
  for (let second = 1; second < 15; second += 1) await lookAfter(1_000, 1);
  const left = silence.nextMs();
  await lookAfter(1_000, 1);
  await lookAfter(1_000, 2);

  expect(gone).toEqual([...Array(15).fill(0), 1, 0]);
  expect([left, silence.nextMs()]).toEqual([1_000, limits.leaseMs]);
});

test('R14 whoever was stopped itself for long gives the others time to be heard again', async () => {
  const clock = createFakeClock();
  const silence = createSilence(clock, limits);
  silence.look([workerWith(1)]);

  await clock.advance(600_000);

  expect(silence.look([workerWith(1)]).size).toBe(0);
  expect(silence.nextMs()).toBe(limits.leaseMs - 2 * limits.recheckMs);
});

test('R14 a worker that renews in time is never taken for dead, whatever the clocks say and however looks are spaced', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 14_999 }), { maxLength: 40 }),
      fc.infiniteStream(fc.integer()),
      async (gaps, times) => {
        const clock = createFakeClock();
        const silence = createSilence(clock, limits);
        let leaseUntil = 0;
        for (const gap of gaps) {
          await clock.advance(gap);
          const [next] = times.take(1);
          leaseUntil = next === leaseUntil ? leaseUntil + 1 : (next ?? 0);
          if (silence.look([workerWith(leaseUntil)]).size > 0) return false;
        }
        return true;
      },
    ),
    { numRuns: 200 },
  );
});
