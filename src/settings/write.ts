import { dirname } from 'node:path';
import { AppError } from '../core/error.ts';
import type { JsonObject } from '../core/json.ts';
import { type LockDeps, withLock } from './lock.ts';
import { readSettings } from './read.ts';
import { type Settings, settingsSchema } from './schema.ts';

/** A key of the settings, or the path to one: `['permissions', 'mode']`. */
export type SettingPath = readonly [string, ...string[]];

/**
 * Sets one value of a settings file, or takes it away when it is undefined; all else in the file stays, unknown keys too. Atomic, and writers
 * of several processes follow one another. Makes the file (0600) when there is none. `AppError('bad-input')` when the file is not valid
 * before or would not be after; then nothing is written.
 */
export async function writeSetting(deps: LockDeps, file: string, path: SettingPath, value: unknown): Promise<void> {
  await deps.files.makeDirectory(dirname(file), { mode: 0o700 });
  await withLock(deps, file, async () => {
    const known = await readSettings(deps.files, file);
    const text = known ? await deps.files.readText(file) : '';
    // `readSettings` has shown that the text is a JSON object or empty.
    const before: JsonObject = text.trim() === '' ? {} : JSON.parse(text.replace(/^\ufeff/, ''));
    const after = changed(before, path, value);
    refuseWrong(file, path, known?.settings ?? {}, value);
    await deps.files.writeAtomic(file, `${JSON.stringify(after, undefined, 2)}\n`, { mode: 0o600 });
  });
}

function changed(object: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const { [key]: child, ...others } = object;
  const isObject = typeof child === 'object' && child !== null && !Array.isArray(child);
  const next = rest.length === 0 ? value : changed(isObject ? { ...child } : {}, rest, value);
  if (next === undefined) return others;
  // Assigned in place, so that keys keep their order in the file.
  return { ...object, [key]: next };
}

function refuseWrong(file: string, path: SettingPath, settings: Settings, value: unknown): void {
  const parsed = settingsSchema.safeParse(changed(settings, path, value));
  if (parsed.success) return;
  const why = parsed.error.issues.map(issue => `"${path.join('.')}": ${issue.message}`).join('; ');
  throw new AppError('bad-input', `${file} was not changed: ${why}`);
}
