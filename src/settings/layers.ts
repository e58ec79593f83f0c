import { join } from 'node:path';
import type { Files } from '../core/ports.ts';
import { levelsUpToRoot } from '../core/workspace.ts';
import { readSettings, type SettingsFile } from './read.ts';

export type Layer = SettingsFile & {
  readonly kind: 'user' | 'project' | 'local';
  /** What relative path patterns of its rules start from. */
  readonly folder: string;
};

/**
 * The settings files that count, strongest first: of each folder from the working directory up to the repository root `.letta/settings.local.json`
 * then `.letta/settings.json`, and last the user's own. A missing one is left out.
 */
export async function settingsLayers(files: Files, cwd: string, configDir: string): Promise<Layer[]> {
  const layers: Layer[] = [];
  const add = async (path: string, kind: Layer['kind'], folder: string) => {
    const file = await readSettings(files, path);
    if (file) layers.push({ ...file, kind, folder });
  };
  for (const level of await levelsUpToRoot(files, cwd)) {
    await add(join(level, '.letta', 'settings.local.json'), 'local', level);
    await add(join(level, '.letta', 'settings.json'), 'project', level);
  }
  await add(join(configDir, 'settings.json'), 'user', cwd);
  return layers;
}

/** The keys of a layer that do nothing because a project set them: each as a path. */
export function untrustedKeys({ kind, settings }: Pick<Layer, 'kind' | 'settings'>): string[][] {
  if (kind === 'user') return [];
  const keys: string[][] = [];
  for (const key of ['providers', 'prices', 'notify', 'on_exit', 'tool_env', 'theme'] as const)
    if (settings[key] !== undefined) keys.push([key]);
  if (settings.permissions?.allow !== undefined) keys.push(['permissions', 'allow']);
  return keys;
}
