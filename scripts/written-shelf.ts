import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { readBuiltIns, type Shelf } from '../src/agents/discover.ts';
import { toolNames } from '../src/core/tool-names.ts';

const folder = join(import.meta.dirname, '..', 'src', 'agents', 'built-in');

/** Writes the built-in agent definitions into the program as they are after reading: every start tells the model of them. */
export const writtenShelf: Plugin = {
  name: 'written-shelf',
  setup(build) {
    build.onLoad({ filter: /\/src\/agents\/written-shelf\.ts$/ }, async () => ({ contents: await shelfModule() }));
  },
};

export async function shelfModule(): Promise<string> {
  return `export const writtenShelf = ${JSON.stringify(await derivedShelf())};`;
}

export async function derivedShelf(): Promise<Shelf> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.md'));
  const builtIns = names.map(async name => ({
    name: name.slice(0, -'.md'.length),
    text: await readFile(join(folder, name), 'utf8'),
  }));
  return readBuiltIns(await Promise.all(builtIns), toolNames);
}
