import { join, relative, resolve } from 'node:path';
import { definitionPlaces } from '../agents/places.ts';
import { AppError, messageOf } from '../core/error.ts';
import type { Ground } from '../core/ground.ts';
import { limits } from '../core/limits.ts';
import { levelsUpToRoot } from '../core/workspace.ts';
import { readJsonSource } from '../settings/json-source.ts';

export type Stage = {
  /** Everything below is in here; outside of it nothing is written. */
  readonly root: string;
  /** The working directory: empty but for what describes agents and permissions, or a copy of `workspace`. */
  readonly work: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  /** Lines for people: what of the user's own does not take part. */
  readonly remarks: readonly string[];
};

/** What of settings acts in a rehearsal; providers, keys and prices do not. */
const rehearsedKeys = ['permissions', 'limits', 'concurrency'];

/**
 * Copies the user's agent definitions and settings of each level into an empty folder, so that a program started there finds them in the same
 * order. Reads only; AppError `bad-input` for settings that are no JSON.
 */
export async function setStage(ground: Ground, copied: string | undefined): Promise<Stage> {
  const source = copied === undefined ? undefined : await readableFolder(ground, copied);
  const root = await ground.makeScratch();
  try {
    return await furnish(ground, root, source);
  } catch (error) {
    await ground.files.remove(root);
    throw error;
  }
}

async function furnish(ground: Ground, root: string, source: string | undefined): Promise<Stage> {
  const { files, workspace, home, configDir } = ground;
  const levels = await levelsUpToRoot(files, workspace);
  const top = levels.at(-1) ?? workspace;
  const place = (path: string) => join(root, 'project', relative(top, path));
  const work = place(workspace);
  const user = join(root, 'home');
  const state = join(user, 'legwork', 'state');
  const placeOf = new Map([...levels.map(level => [level, place(level)] as const), [home, user]]);
  for (const folder of [work, user, join(root, 'project', '.git')]) await files.makeDirectory(folder, { mode: 0o700 });
  if (source !== undefined) await ground.copyTree(source, work, limits.chaosWorkspaceBytes);
  for (const { folder, kind } of await definitionPlaces(files, workspace, home)) {
    const from = kind === 'user' ? home : levels.find(level => folder.startsWith(`${level}/.`));
    const to = from === undefined ? undefined : placeOf.get(from);
    if (from !== undefined && to !== undefined) await copyDefinitions(ground, folder, join(to, relative(from, folder)));
  }
  let hasHooks = false;
  const settings = levels
    .flatMap(level => ['settings.json', 'settings.local.json'].map(name => [level, join('.letta', name)] as const))
    .map(([level, name]) => [join(level, name), join(place(level), name)] as const);
  const own = [join(configDir, 'settings.json'), join(user, 'legwork', 'config', 'settings.json')] as const;
  for (const [from, to] of [...settings, own]) hasHooks = (await copySettings(ground, from, to)) || hasHooks;
  const remarks = hasHooks ? ['hooks stand in the settings; Legwork has none yet, so they take no part'] : [];
  const env = { HOME: user, LEGWORK_HOME: join(user, 'legwork'), TMPDIR: join(root, 'tmp') };
  await files.makeDirectory(env.TMPDIR, { mode: 0o700 });
  return { root, work, state, env, remarks };
}

async function readableFolder({ files, workspace }: Ground, path: string): Promise<string> {
  const folder = resolve(workspace, path);
  if ((await files.stat(folder))?.kind === 'directory') return folder;
  throw new AppError('usage', `--workspace must be a folder (received "${path}")`);
}

async function copyDefinitions({ files }: Ground, from: string, to: string): Promise<void> {
  if ((await files.stat(from))?.kind !== 'directory') return;
  await files.makeDirectory(to, { mode: 0o700 });
  const names = (await files.list(from)).filter(name => name.endsWith('.md') && !name.startsWith('.'));
  for (const name of names.slice(0, limits.definitionFiles)) {
    const stat = await files.stat(join(from, name));
    if (stat?.kind !== 'file' || stat.size > limits.definitionBytes) continue;
    await files.writeAtomic(join(to, name), await files.readBytes(join(from, name)));
  }
}

/** Copies what acts; returns whether there were hooks. */
async function copySettings({ files }: Ground, from: string, to: string): Promise<boolean> {
  const stat = await files.stat(from);
  if (stat?.kind !== 'file' || stat.size > limits.settingsBytes) return false;
  const value = readObject(from, await files.readText(from));
  const kept = Object.fromEntries(Object.entries(value).filter(([key]) => rehearsedKeys.includes(key)));
  await files.makeDirectory(join(to, '..'), { mode: 0o700 });
  await files.writeAtomic(to, JSON.stringify(kept));
  return Object.hasOwn(value, 'hooks');
}

function readObject(path: string, text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    const { value } = readJsonSource(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    throw new AppError('bad-input', `${path}: ${messageOf(error)}`, { cause: error });
  }
}
