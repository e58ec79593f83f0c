import { expect, test } from 'vitest';
import { worldOfTest } from './drivers.ts';
import { gather } from './evidence.ts';
import { createFakeTime } from './fake-time.ts';
import { entriesOf, judge, soundness } from './judge.ts';
import { isEntry } from './said.ts';
import { createPlaybook, ownerOfOneTask, prompts } from './scenario.ts';

const day = 24 * 3_600;
const says = prompts.flatMap(text => ['--say', text]);
/** Clocks of New York go back then by an hour. */
const endOfSummer = Date.UTC(2026, 10, 1, 6);

test.each([
  ['forward a year', 365 * day],
  ['back three days', -3 * day],
])(
  'R14 the clock goes %s while two tasks run: nothing times out, is lost or doubled, and the order is kept',
  async (_, seconds) => {
    const world = await worldOfTest(createPlaybook(() => 100));
    const time = await createFakeTime();
    const driver = world.start(says, time.under);
    await driver.until(isEntry('tool:started', 'task'));

    await time.jumpTo(seconds);
    const end = await driver.ended;
    const evidence = await gather(world);

    expect([end.code, end.errors]).toEqual([0, '']);
    expect(evidence && judge(evidence)).toEqual([]);
    expect(evidence?.tasks.map(({ attempt, failures }) => [attempt, failures])).toEqual([
      [1, []],
      [1, []],
    ]);
    const times = evidence?.entries.map(entry => entry.at) ?? [];
    const jumped = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(Math.round(jumped / 1000 / day)).toBe(seconds / day);
  },
  60_000,
);

test('R14 summer time ends while two tasks run: nothing is noticed', async () => {
  const world = await worldOfTest(createPlaybook(() => 150));
  const time = await createFakeTime('America/New_York');
  await time.jumpTo(Math.round((endOfSummer - 800 - Date.now()) / 1000));

  const end = await world.start(says, time.under).ended;
  const evidence = await gather(world);

  expect([end.code, end.errors]).toEqual([0, '']);
  expect(evidence && judge(evidence)).toEqual([]);
  const times = evidence?.entries.map(entry => entry.at) ?? [];
  expect([(times[0] ?? 0) < endOfSummer, (times.at(-1) ?? 0) > endOfSummer]).toEqual([true, true]);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}, 60_000);

const slow = `
name: slow
replies:
  - when: { prompt: 'Job' }
    say: I am done.
    delay_ms: 3000
${ownerOfOneTask}`;

test.each([
  ['ahead by a year', 365 * day, -3 * day],
  ['behind by three days', -3 * day, 365 * day],
])(
  'R14 two programs on one store, the clock of one is %s and jumps again: neither takes over what the other runs',
  async (_, seconds, later) => {
    const world = await worldOfTest(slow);
    const time = await createFakeTime();
    await time.jumpTo(seconds);
    // A lease that runs out several times while the task is at work, and is renewed each time.
    const lease = ['--lease-ms', '1200'];
    const first = world.start(['--say', 'Hello', ...lease]);
    await first.until(isEntry('task:started'));
    const second = world.start(lease, time.under);
    await second.until(isEntry('task:started'));

    await time.jumpTo(later);
    const ends = [await first.ended, await second.ended];
    const evidence = await gather(world);

    expect(ends.map(end => [end.code, end.errors])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(evidence && soundness(evidence)).toEqual([]);
    expect(evidence?.tasks).toMatchObject([{ status: 'completed', attempt: 1, failures: [] }]);
    expect(entriesOf(evidence?.entries ?? [], 'task:parked')).toEqual([]);
    expect(new Set(first.said.flatMap(said => (said.kind === 'state' ? [said.worker] : []))).size).toBe(1);
  },
  60_000,
);
