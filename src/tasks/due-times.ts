import type { Cron as CronExpression } from 'croner';
import { AppError, messageOf } from '../core/error.ts';
import { parseWhen, refused } from './schedule-when.ts';

/** The due times of a schedule, as milliseconds since 1970. */
export type DueTimes = {
  /** An interval counts from its last due time, not by the clock on the wall. */
  readonly kind: 'every' | 'cron';
  /** The first due time after a moment; undefined: there is none. */
  after(moment: number): number | undefined;
  /** The last due time up to a moment, the moment included; undefined: there is none. */
  upTo(moment: number): number | undefined;
};

/**
 * Reads what a schedule was given. `anchor`: one due time of an interval, or where its first one is counted from. croner is loaded for cron
 * expressions only.
 * AppError `bad-input` for what cannot be read, for an expression that is never due, and for a time zone that is not known.
 */
export async function dueTimesOf(text: string, timeZone: string, anchor: number): Promise<DueTimes> {
  checkTimeZone(timeZone);
  const when = parseWhen(text);
  return when.kind === 'every' ? everyTimes(when.ms, anchor) : cronTimes(text, when.fields, timeZone);
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new AppError('bad-input', `there is no time zone "${timeZone}"; name one like Europe/Berlin, or UTC`);
  }
}

function everyTimes(ms: number, anchor: number): DueTimes {
  return {
    kind: 'every',
    after: moment => anchor + (Math.floor((moment - anchor) / ms) + 1) * ms,
    upTo: moment => anchor + Math.floor((moment - anchor) / ms) * ms,
  };
}

async function cronTimes(text: string, fields: readonly string[], timeZone: string): Promise<DueTimes> {
  const { Cron, CronPattern } = await import('croner');
  const read = (pattern: string): CronExpression =>
    new Cron(pattern, { mode: '5-part', timezone: timeZone, paused: true, fixedTimeRule: 'no-wildcard' });
  let cron: CronExpression;
  try {
    const [, hour = '', ...days] = fields;
    const { minute, hour: hours } = new CronPattern(fields.join(' '), timeZone, { mode: '5-part' });
    cron = read(/^[*?](\/1)?$/.test(hour) ? fields.join(' ') : [numbers(minute), numbers(hours), ...days].join(' '));
  } catch (error) {
    throw refused(text, messageOf(error).replace(/^CronPattern: /, ''));
  }
  const after = (moment: number) => cron.nextRun(new Date(moment))?.getTime();
  if (after(0) === undefined) throw refused(text, 'it is never due');
  return { kind: 'cron', after, upTo: moment => cron.previousRuns(1, new Date(moment + 1))[0]?.getTime() };
}

/**
 * The values of a field, each by its number. An expression that names its hours means the clock on the wall, however it writes them: on the night when
 * clocks are set forward it is due when the hour that is left out would begin, on the night when they are set back once. croner does so only where there
 * is no step and no star, and one that is due in every hour is due in every hour that passes.
 */
function numbers(field: readonly number[]): string {
  return field.flatMap((isIn, value) => (isIn ? [value] : [])).join(',');
}
