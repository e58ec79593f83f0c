import * as z from 'zod';
import { lazy } from '../core/lazy.ts';
import { limitList, type Setting } from '../core/limit-facts.ts';

/**
 * The limits that can be set, by the facts of `core/limit-facts.ts`. One schema with one check instead of a schema for each: settings are read at
 * every start.
 */
export const limitsSchema = lazy(() =>
  z.record(z.string(), z.number()).check(context => {
    const own = settings();
    for (const [key, value] of Object.entries(context.value)) {
      const setting = own.get(key);
      const message = setting && problemOf(setting, value);
      if (!setting) context.issues.push({ code: 'unrecognized_keys', keys: [key], input: context.value, path: [] });
      else if (message !== undefined) context.issues.push({ code: 'custom', message, input: value, path: [key] });
    }
  }),
);

/** Keys within `limits`. */
export const limitKeys = (): string[] => [...settings().keys()];

function settings(): Map<string, Setting> {
  const prefix = 'limits.';
  return new Map(
    limitList.flatMap(limit =>
      'setting' in limit && limit.setting.key.startsWith(prefix)
        ? [[limit.setting.key.slice(prefix.length), limit.setting] as const]
        : [],
    ),
  );
}

function problemOf({ min, max }: Setting, value: number): string | undefined {
  const isShare = max < 1;
  if (value >= min && value <= max && (isShare || Number.isInteger(value))) return undefined;
  return `must be a ${isShare ? 'number' : 'whole number'} from ${min} to ${max}`;
}
