import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import type { Schedule } from '../../src/store/rows.ts';
import { type DueTimes, dueTimesOf } from '../../src/tasks/due-times.ts';
import { firstMove, planSchedule } from '../../src/tasks/schedule.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 5, 8, 30);

type Bounds = Parameters<typeof planSchedule>[3];
type Look = { readonly dues: readonly number[]; readonly missedSince: number | undefined };

/** A schedule as its row stands, looked at by a clock that goes where a test says. */
async function createSubject(when: string, catchUp: Schedule['catchUp'] = 'one', bounds: Bounds = limits) {
  let now = start;
  let times: DueTimes = await dueTimesOf(when, 'UTC', start);
  let row = { ...firstMove(times, start), catchUp };
  const fired: number[] = [];
  async function look(): Promise<Look> {
    // Those of a cron expression have no anchor.
    if (times.kind === 'every') times = await dueTimesOf(when, 'UTC', row.nextAt ?? 0);
    const plan = planSchedule({ ...row, nextAt: row.nextAt }, times, now, bounds);
    if (plan.kind !== 'wait') row = { ...row, ...plan.move };
    if (plan.kind !== 'fire') return { dues: [], missedSince: undefined };
    fired.push(...plan.dues);
    return { dues: plan.dues, missedSince: plan.missedSince };
  }
  return {
    fired,
    row: () => row,
    now: () => now,
    look,
    /** Lets time pass, looking as often as the ticker does at least. */
    async pass(ms: number, step = minute) {
      for (let left = ms; left > 0; left -= step) {
        now += Math.min(step, left);
        await look();
      }
    },
    /** The clock is set, or nothing ran meanwhile. */
    async jump(ms: number) {
      now += ms;
      return look();
    },
  };
}

const clock = (at: number) => new Date(at).toISOString().slice(5, 16);

test('a schedule is due when its time has come, not before, and once', async () => {
  const subject = await createSubject('0 9 * * *');

  await subject.pass(29 * minute);
  const before = subject.fired.length;
  await subject.pass(2 * minute);
  await subject.pass(day - minute);

  expect(before).toBe(0);
  expect(subject.fired.map(clock)).toEqual(['01-05T09:00', '01-06T09:00']);
});

test.each([
  ['one', ['01-08T09:00'], '01-05T09:00'],
  ['all', ['01-05T09:00', '01-06T09:00', '01-07T09:00', '01-08T09:00'], undefined],
  ['none', [], '01-05T09:00'],
] as const)('T20 what was missed is caught up: %s', async (catchUp, expected, since) => {
  const subject = await createSubject('0 9 * * *', catchUp);

  const { dues, missedSince } = await subject.jump(3 * day + hour);
  await subject.pass(day);

  expect(dues.map(clock)).toEqual(expected);
  expect(missedSince && clock(missedSince)).toBe(since);
  expect(subject.fired.map(clock)).toEqual([...expected, '01-09T09:00']);
});

test('T20 scheduleGraceMs bounds how late a due time may be when nothing is caught up', async () => {
  const inTime = await createSubject('0 9 * * *', 'none');
  const late = await createSubject('0 9 * * *', 'none');

  expect((await inTime.jump(30 * minute + limits.scheduleGraceMs)).dues.map(clock)).toEqual(['01-05T09:00']);
  expect((await late.jump(30 * minute + limits.scheduleGraceMs + 1)).dues).toEqual([]);
  expect(late.row().nextAt).toBe(start + 30 * minute + day);
});

test('T20 scheduleCatchUp bounds what "all" makes of a year that was missed: the newest', async () => {
  for (const [when, each] of [
    ['every 1 seconds', 1_000],
    ['* * * * *', minute],
  ] as const) {
    const subject = await createSubject(when, 'all', { ...limits, scheduleCatchUp: 20 });
    const first = subject.row().nextAt;

    const { dues, missedSince } = await subject.jump(365 * day);

    expect(dues).toEqual(Array.from({ length: 20 }, (_, i) => subject.now() - (19 - i) * each));
    expect(missedSince).toBe(first);
    expect(subject.row().nextAt).toBe(subject.now() + each);
  }
});

test.each(['every 5 minutes', '*/5 * * * *'])(
  'R14 the clock goes forward a year: one firing, then as before: %s',
  async when => {
    const subject = await createSubject(when);
    await subject.pass(7 * minute);
    const before = subject.fired.length;

    const { dues } = await subject.jump(365 * day);
    const again = await subject.look();
    await subject.pass(20 * minute);

    expect(before).toBe(1);
    expect([dues.length, again.dues.length]).toEqual([1, 0]);
    expect(subject.fired).toHaveLength(1 + 1 + 4);
  },
);

test('R14 the clock goes forward a year and back again: the due times that nobody saw are due when they come', async () => {
  const subject = await createSubject('0 9 * * *');
  await subject.pass(hour);

  await subject.jump(365 * day);
  await subject.jump(-365 * day);
  await subject.pass(2 * day, 10 * minute);

  expect(subject.fired.map(clock)).toEqual(['01-05T09:00', '01-05T09:00', '01-06T09:00', '01-07T09:00']);
  expect(new Set(subject.fired).size).toBe(4);
});

test('R14 the clock goes back three days: an interval goes on by what was left of it', async () => {
  const subject = await createSubject('every 60 minutes');
  await subject.pass(90 * minute);

  await subject.jump(-3 * day);
  await subject.pass(29 * minute);
  const before = subject.fired.length;
  await subject.pass(3 * hour);

  expect(before).toBe(1);
  expect(subject.fired.length).toBe(4);
});

test('R14 the clock goes back three days: a due time that had its firing has none again, one that had none has it', async () => {
  const subject = await createSubject('0 9 * * *');
  await subject.pass(2 * day, 10 * minute);

  await subject.jump(-3 * day);
  await subject.pass(6 * day, 10 * minute);

  // Made on the 5th at 8:30: the 4th was never passed, the 5th and 6th were.
  expect(subject.fired.map(clock)).toEqual([
    '01-05T09:00',
    '01-06T09:00',
    '01-04T09:00',
    '01-07T09:00',
    '01-08T09:00',
    '01-09T09:00',
  ]);
});

test('R14 the clock goes back by minutes right after a firing: it is not fired again', async () => {
  const subject = await createSubject('0 9 * * *');
  await subject.pass(31 * minute);

  await subject.jump(-20 * minute);
  await subject.pass(2 * hour);

  expect(subject.fired.map(clock)).toEqual(['01-05T09:00']);
  expect(subject.row().nextAt).toBe(start + 30 * minute + day);
});

test('schedulePassed bounds what a schedule knows to have passed: the latest', async () => {
  const subject = await createSubject('0 * * * *', 'none', { ...limits, schedulePassed: 3 });

  for (let i = 0; i < 10; i += 1) {
    await subject.pass(2 * hour);
    await subject.jump(3 * hour + 10 * minute);
  }

  expect(subject.row().passed).toHaveLength(3);
  expect(subject.row().passed.at(-1)?.[1]).toBeGreaterThan(subject.now() - 4 * hour);
});

/** Minutes by which the clock goes on, or is set: often a few, sometimes days. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: 90, max: 9_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: -9_000, max: -1 }) },
  ),
  { maxLength: 40 },
);
const expressions = fc.constantFrom('*/7 * * * *', '0 * * * *', '30 2 * * *', '0 9,17 * * 1-5', '59 */5 * * *');

test('T20 however the clock goes, with "all" every due time that it passes has exactly one firing', async () => {
  await fc.assert(
    fc.asyncProperty(expressions, steps, async (when, minutes) => {
      const subject = await createSubject(when, 'all', { ...limits, scheduleCatchUp: 10_000 });
      const times = await dueTimesOf(when, 'UTC', 0);
      const passed = new Set<number>();
      for (const step of minutes) {
        const from = subject.now();
        await subject.jump(step * minute);
        for (let at = times.after(from); at !== undefined && at <= subject.now(); at = times.after(at)) passed.add(at);
      }

      expect(subject.fired.toSorted()).toEqual([...passed].toSorted());
    }),
    { numRuns: 200 },
  );
});

test.each(['one', 'none'] as const)(
  'T20 however the clock goes, with "%s" no due time has two firings, none before its time, and at most one at a look',
  async catchUp => {
    await fc.assert(
      fc.asyncProperty(expressions, steps, async (when, minutes) => {
        const subject = await createSubject(when, catchUp);
        for (const step of minutes) {
          const { dues } = await subject.jump(step * minute);

          expect(dues.length).toBeLessThanOrEqual(1);
          expect(dues.every(at => at <= subject.now())).toBe(true);
          expect(subject.row().nextAt).toBeGreaterThan(subject.now());
        }

        expect(new Set(subject.fired).size).toBe(subject.fired.length);
      }),
      { numRuns: 200 },
    );
  },
);

test('T20 however the clock goes, an interval is due within its length from then, and once at a look', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 200 }), steps, async (length, minutes) => {
      const subject = await createSubject(`every ${length} minutes`);
      for (const step of minutes) {
        const { dues } = await subject.jump(step * minute);
        const left = (subject.row().nextAt ?? 0) - subject.now();

        expect(dues.length).toBeLessThanOrEqual(1);
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(length * minute);
      }
    }),
    { numRuns: 200 },
  );
});
