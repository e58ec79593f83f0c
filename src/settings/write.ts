import { dirname } from 'node:path';
import { AppError } from '../core/error.ts';
import { type LockDeps, withLock } from './lock.ts';
import { readSettings } from './read.ts';
import { settingsSchema } from './schema.ts';

/** A key of the settings, or the path to one: `['permissions', 'mode']`. */
export type SettingPath = readonly [string, ...string[]];

/**
 * Sets one value of a settings file, or takes it away when it is undefined; all else in the file stays, unknown keys too. Atomic, and writers
 * of several processes follow one another. Makes the file (0600) when there is none. `AppError('bad-input')` when the file is not valid
 * before or would not be after; then nothing is written.
 */
export async function writeSetting(deps: LockDeps, file: string, path: SettingPath, value: unknown): Promise<void> {
  await changeSetting(deps, file, path, () => value);
}

/** The same, with a value that is made of the one before: two processes that each add to a list both have it in the end. */
export async function changeSetting(
  deps: LockDeps,
  file: string,
  path: SettingPath,
  change: (before: unknown) => unknown,
): Promise<void> {
  await deps.files.makeDirectory(dirname(file), { mode: 0o700 });
  await withLock(deps, file, async () => {
    const known = await readSettings(deps.files, file);
    // Both were read just now and are nobody else's. What was read is an object: the settings would not have been valid otherwise.
    const after = (known?.value ?? {}) as Record<string, unknown>;
    const settings: Record<string, unknown> = known?.settings ?? {};
    const value = change(valueAt(settings, path));
    setAt(settings, path, value);
    refuseWrong(file, path, settings);
    setAt(after, path, value);
    await deps.files.writeAtomic(file, `${JSON.stringify(after, undefined, 2)}\n`, { mode: 0o600 });
  });
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined), object);
}

/** In place: a key keeps its place in the file, and an object of thousands of keys is not copied. */
function setAt(object: Record<string, unknown>, [key, ...rest]: SettingPath, value: unknown): void {
  const [next, ...after] = rest;
  if (next === undefined) {
    if (value === undefined) delete object[key];
    else define(object, key, value);
    return;
  }
  const child = Object.hasOwn(object, key) ? object[key] : undefined;
  const inner: Record<string, unknown> = isRecord(child) ? child : {};
  setAt(inner, [next, ...after], value);
  if (inner !== child) define(object, key, inner);
}

/** A key of any name becomes the object's own: `__proto__` is one that is refused, not one that does something. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseWrong(file: string, path: SettingPath, settings: Record<string, unknown>): void {
  const parsed = settingsSchema().safeParse(settings);
  if (parsed.success) return;
  const why = parsed.error.issues.map(issue => `"${path.join('.')}": ${issue.message}`).join('; ');
  throw new AppError('bad-input', `${file} was not changed: ${why}`);
}
