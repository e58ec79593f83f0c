import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueTimesOf } from '../../src/tasks/due-times.ts';

const at = (iso: string) => Date.parse(iso);

/** The first due times after a moment, as ISO without seconds. */
async function dues(when: string, zone: string, from: string, count: number): Promise<string[]> {
  const times = await dueTimesOf(when, zone, at(from));
  const found: string[] = [];
  for (let next = times.after(at(from)); next !== undefined && found.length < count; next = times.after(next))
    found.push(new Date(next).toISOString().slice(0, 16));
  return found;
}

test.each([
  ['every 90 seconds', '2026-01-01T00:01', '2026-01-01T00:03'],
  ['every 5 minutes', '2026-01-01T00:05', '2026-01-01T00:10'],
  ['every 1 hour', '2026-01-01T01:00', '2026-01-01T02:00'],
  [' Every  2  Days ', '2026-01-03T00:00', '2026-01-05T00:00'],
  ['*/15 * * * *', '2026-01-01T00:15', '2026-01-01T00:30'],
  ['0 9 * * MON-FRI', '2026-01-01T09:00', '2026-01-02T09:00'],
  ['30 8 1 */3 *', '2026-01-01T08:30', '2026-04-01T08:30'],
  ['0 0 29 2 *', '2028-02-29T00:00', '2032-02-29T00:00'],
])('T18 "%s" is due at %s and %s', async (when, first, second) => {
  expect(await dues(when, 'UTC', '2026-01-01T00:00Z', 2)).toEqual([first, second]);
});

test.each([
  ['', 'it has 0 words'],
  ['every', 'it names no unit'],
  ['every 5', 'it names no unit'],
  ['every 5 fortnights', 'it names no unit'],
  ['every 5 minutes please', 'it names no unit'],
  ['every 0 seconds', 'the interval must be above 0'],
  ['every -5 minutes', '"-5" is no whole number'],
  ['every 1.5 hours', '"1.5" is no whole number'],
  ['every five minutes', '"five" is no whole number'],
  ['every 4000 days', 'the interval must not be above 3660 days'],
  ['every 99999999999999999999 days', 'the interval must not be above 3660 days'],
  ['61 * * * *', 'Invalid value for minute: 61'],
  ['cron 61 * * * *', 'it has 6 words'],
  ['* * * *', 'it has 4 words'],
  ['0 * * * * *', 'it has 6 words'],
  ['@daily', 'it has 1 words'],
  ['0 24 * * *', 'Invalid value for hour: 24'],
  ['0 0 0 * *', 'Invalid value for day'],
  ['a b c d e', 'contains illegal characters'],
  ['*/0 * * * *', 'illegal stepping: 0'],
  ['5-1 * * * *', 'From value is larger'],
  ['0 0 30 2 *', 'it is never due'],
])('T18 "%s" is refused: %s', async (when, why) => {
  await expect(dueTimesOf(when, 'UTC', 0)).rejects.toMatchObject({
    fault: 'bad-input',
    message: expect.stringMatching(/it must be a cron expression of five fields.*or "every <n> </),
  });
  await expect(dueTimesOf(when, 'UTC', 0)).rejects.toThrow(why);
});

test.each(['Europe/Atlantis', '', 'nowhere'])('T18 the time zone "%s" is refused', async zone => {
  await expect(dueTimesOf('every 5 minutes', zone, 0)).rejects.toMatchObject({
    fault: 'bad-input',
    message: expect.stringContaining(`no time zone "${zone}"`),
  });
});

/** Berlin: 2026-03-29 02:00 becomes 03:00 (01:00 UTC), 2026-10-25 03:00 becomes 02:00 (01:00 UTC). */
test.each([
  [
    'a time that the spring leaves out: as soon as it is over',
    '30 2 * * *',
    '2026-03-28T00:00Z',
    ['03-28T01:30', '03-29T01:00', '03-30T00:30'],
  ],
  [
    'a time that the autumn repeats: once',
    '30 2 * * *',
    '2026-10-24T00:00Z',
    ['10-24T00:30', '10-25T00:30', '10-26T01:30'],
  ],
  [
    'several in an hour that is left out: one',
    '*/20 2 * * *',
    '2026-03-28T01:40Z',
    ['03-29T01:00', '03-30T00:00', '03-30T00:20'],
  ],
  [
    'several in an hour that is repeated: each once',
    '*/20 2 * * *',
    '2026-10-24T23:00Z',
    ['10-25T00:00', '10-25T00:20', '10-25T00:40', '10-26T01:00'],
  ],
  [
    'every other hour in spring',
    '0 */2 * * *',
    '2026-03-28T22:30Z',
    ['03-28T23:00', '03-29T01:00', '03-29T02:00', '03-29T04:00'],
  ],
  [
    'every other hour in autumn',
    '0 */2 * * *',
    '2026-10-24T21:30Z',
    ['10-24T22:00', '10-25T00:00', '10-25T03:00', '10-25T05:00'],
  ],
  [
    'every hour in spring',
    '30 * * * *',
    '2026-03-28T23:00Z',
    ['03-28T23:30', '03-29T00:30', '03-29T01:30', '03-29T02:30'],
  ],
  [
    'every hour in autumn',
    '30 * * * *',
    '2026-10-24T23:00Z',
    ['10-24T23:30', '10-25T00:30', '10-25T01:30', '10-25T02:30'],
  ],
])('T20 summer time, %s', async (_, when, from, expected) => {
  const found = await dues(when, 'Europe/Berlin', from, expected.length);

  expect(found.map(text => text.slice(5))).toEqual(expected);
});

const fields = fc.tuple(
  fc.constantFrom('*', '*/7', '0', '30', '0,20,40', '5-9', '59'),
  fc.constantFrom('*', '*/2', '*/5', '2', '1-3', '0', '0,2,23'),
  fc.constantFrom('*', '1', '29', 'L', '*/10'),
  fc.constantFrom('*', '3', '10', 'MAR,OCT'),
  fc.constantFrom('*', '0', 'SUN', '1-5'),
);
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
);
/** Around every change of the clocks of three years. */
const moments = fc.integer({ min: at('2017-09-01T00:00Z'), max: at('2020-09-01T00:00Z') });

test('T20 due times go forward, the last up to a moment is the one before the next, and none lies between them', async () => {
  await fc.assert(
    fc.asyncProperty(fields, zones, moments, async (parts, zone, moment) => {
      const times = await dueTimesOf(parts.join(' '), zone, 0);
      const next = times.after(moment) ?? Number.NaN;
      const second = times.after(next) ?? Number.NaN;

      expect(next).toBeGreaterThan(moment);
      expect(second).toBeGreaterThan(next);
      expect(times.upTo(next)).toBe(next);
      expect(times.upTo(second - 1)).toBe(next);
      expect(times.after(next - 1)).toBe(next);
      expect(times.upTo(next - 1) ?? 0).toBeLessThanOrEqual(moment);
    }),
    { numRuns: 300 },
  );
});

test('T20 on each day of summer time what is due on a day is due on that one too, and not once more', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      zones,
      moments,
      async (minute, hour, zone, moment) => {
        const times = await dueTimesOf(`${minute} ${hour} * * *`, zone, 0);
        const first = times.after(moment) ?? Number.NaN;
        const later = times.after(first) ?? Number.NaN;

        // A change moves a due time by an hour at most, and by another one when it falls into what is left out.
        expect(later - first).toBeGreaterThanOrEqual(22 * 3_600_000);
        expect(later - first).toBeLessThanOrEqual(26 * 3_600_000);
      },
    ),
    { numRuns: 300 },
  );
});

test('an interval counts from its anchor, in both directions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 500 }), fc.integer({ min: -1e9, max: 1e9 }), async (seconds, moment) => {
      const times = await dueTimesOf(`every ${seconds} seconds`, 'UTC', 7);
      const [last, next] = [times.upTo(moment) ?? Number.NaN, times.after(moment) ?? Number.NaN];

      expect(next - last).toBe(seconds * 1_000);
      expect(last <= moment && moment < next).toBe(true);
      expect(Math.abs((next - 7) % (seconds * 1_000))).toBe(0);
    }),
  );
});
