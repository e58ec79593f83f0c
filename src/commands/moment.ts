import { AppError } from '../core/error.ts';

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment that a person typed, in milliseconds since 1970: ISO 8601 (`2026-11-21`, `2026-11-21T08:00`, local unless it names a zone), or a span
 * (`90s`, `15m`, `2h`, `3d`) that is added to `now` for `ahead` and taken away for `ago`. AppError `usage` that names the option.
 */
export function parseMoment(text: string, option: string, now: number, direction: 'ahead' | 'ago'): number {
  const span = /^\+?(\d+)([smhd])$/.exec(text);
  const unit = units[span?.[2] ?? ''];
  if (unit !== undefined) return now + (direction === 'ahead' ? 1 : -1) * Number(span?.[1]) * unit;
  const at = /^\d{4}-\d{2}-\d{2}([T ].*)?$/.test(text) ? Date.parse(localIfPlain(text)) : Number.NaN;
  if (Number.isNaN(at))
    throw new AppError(
      'usage',
      `${option} needs a time, like 2026-11-21T08:00, or a span, like 90s, 15m, 2h or 3d (received "${text}")`,
    );
  return at;
}

/** A date without a time is midnight here, not midnight UTC as the standard has it. */
function localIfPlain(text: string): string {
  return text.length === 10 ? `${text}T00:00` : text;
}
