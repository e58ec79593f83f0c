import { AppError } from '../core/error.ts';

/** When a schedule is due. */
export type When =
  | { readonly kind: 'every'; readonly ms: number }
  /** Five fields: minute, hour, day of month, month, day of week. Their values are judged by who reads them (`due-times.ts`). */
  | { readonly kind: 'cron'; readonly fields: readonly string[] };

const units: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** As long as anybody will wait, and far from where dates end. */
const longestMs = 3_660 * 86_400_000;

const whenHelp = 'a cron expression of five fields, like "0 9 * * 1-5", or "every <n> <seconds|minutes|hours|days>"';

/** Reads the `<when>` of a schedule. AppError `bad-input` that says what would be right. */
export function parseWhen(text: string): When {
  const words = text.trim().split(/\s+/);
  if (words[0]?.toLowerCase() === 'every') return { kind: 'every', ms: intervalOf(text, words) };
  if (words.length !== 5)
    throw refused(text, `it has ${words.length === 1 && words[0] === '' ? 0 : words.length} words`);
  return { kind: 'cron', fields: words };
}

function intervalOf(text: string, [, number = '', unit = '', ...rest]: readonly string[]): number {
  const unitMs = units[unit.toLowerCase().replace(/s$/, '')];
  if (unitMs === undefined || rest.length > 0) throw refused(text, 'it names no unit that there is');
  if (!/^\d+$/.test(number)) throw refused(text, `"${number}" is no whole number`);
  const ms = Number(number) * unitMs;
  if (ms <= 0) throw refused(text, 'the interval must be above 0');
  if (ms > longestMs) throw refused(text, `the interval must not be above ${longestMs / 86_400_000} days`);
  return ms;
}

export function refused(text: string, why: string): AppError {
  return new AppError('bad-input', `"${text}" does not say when: ${why}; it must be ${whenHelp}`);
}
