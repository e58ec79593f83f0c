import type * as z from 'zod';
import { AppError, messageOf } from '../core/error.ts';
import { lazy } from '../core/lazy.ts';
import { limits } from '../core/limits.ts';
import { nearest } from '../core/nearest.ts';
import type { Files } from '../core/ports.ts';
import { JsonFault, type JsonSource, readJsonSource } from './json-source.ts';
import { limitKeys } from './limits-schema.ts';
import { type Settings, settingsSchema } from './schema.ts';

export type SettingsFile = {
  readonly path: string;
  readonly settings: Settings;
  /** What stands in the file, keys included that are not known. */
  readonly value: JsonSource['value'];
  /** One line each: `<path>:<line>: …`. */
  readonly warnings: readonly string[];
  readonly lineOf: JsonSource['lineOf'];
};

/**
 * Reads one settings file; undefined when there is none, empty settings when it is empty. An unknown key is a warning. `AppError('bad-input')`
 * with file and line when it cannot be read, is not JSON or has a wrong value.
 */
export async function readSettings(files: Files, path: string): Promise<SettingsFile | undefined> {
  const text = await readBounded(files, path);
  if (text === undefined) return undefined;
  const source = parseSource(path, text);
  const warnings: string[] = [];
  const settings = parseSettings(path, source, warnings);
  return { path, settings, value: source.value, warnings, lineOf: source.lineOf };
}

async function readBounded(files: Files, path: string): Promise<string | undefined> {
  const wrong = (why: string, cause?: unknown) => new AppError('bad-input', `${path}: ${why}`, { cause });
  try {
    const stat = await files.stat(path);
    if (!stat) return undefined;
    if (stat.kind !== 'file') throw wrong('settings must be a file');
    if (stat.size > limits.settingsBytes)
      throw wrong(`${stat.size} bytes are too many; at most ${limits.settingsBytes} are read`);
    const bytes = await files.readBytes(path, { maxBytes: limits.settingsBytes });
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof TypeError) throw wrong('the file is not valid UTF-8; save it in that encoding', error);
    throw wrong(`the settings cannot be read: ${messageOf(error)}`, error);
  }
}

function parseSource(path: string, text: string): JsonSource {
  if (text.trim() === '') return { value: {}, lineOf: () => 1 };
  try {
    return readJsonSource(text);
  } catch (error) {
    if (error instanceof JsonFault)
      throw new AppError('bad-input', `${path}:${error.line}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parseSettings(path: string, source: JsonSource, warnings: string[]): Settings {
  const first = settingsSchema().safeParse(source.value);
  if (first.success) return first.data;
  const unknown = first.error.issues.filter(issue => issue.code === 'unrecognized_keys');
  const wrong = first.error.issues.filter(issue => issue.code !== 'unrecognized_keys');
  if (wrong.length > 0) {
    const lines = wrong.map(issue => `${path}:${source.lineOf(issue.path)}: ${sentence(issue, source.value)}`);
    throw new AppError('bad-input', lines.join('\n'));
  }
  for (const issue of unknown) {
    for (const key of issue.keys)
      warnings.push(`${path}:${source.lineOf([...issue.path, key])}: ${unknownKey(issue.path, key)}`);
  }
  return settingsSchema().parse(withoutKeys(source.value, unknown));
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  const name = issue.path.map(String).join('.');
  const received = JSON.stringify(valueAt(value, issue.path));
  const shown = received && received.length > 80 ? `${received.slice(0, 79)}…` : (received ?? 'nothing');
  return `${name === '' ? 'the settings' : `"${name}"`}: ${issue.message} (received ${shown})`;
}

const knownKeys = lazy(
  (): Readonly<Record<string, readonly string[]>> => ({
    '': Object.keys(settingsSchema().shape),
    permissions: ['allow', 'ask', 'deny', 'mode'],
    concurrency: ['max', 'per_model'],
    limits: limitKeys(),
    notify: ['late'],
  }),
);

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys()[path.map(String).join('.')];
  const guess = known && nearest(key, known);
  return `unknown key "${[...path.map(String), key].join('.')}" is ignored${guess ? `; did you mean "${guess}"?` : ''}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}

/** A copy without the keys that the schema does not know. */
function withoutKeys(
  value: unknown,
  unknown: readonly { path: readonly PropertyKey[]; keys: readonly string[] }[],
): unknown {
  const copy = structuredClone(value);
  for (const { path, keys } of unknown) {
    const holder = valueAt(copy, path);
    if (isObject(holder)) for (const key of keys) delete holder[key];
  }
  return copy;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
