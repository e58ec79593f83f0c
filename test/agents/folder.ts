import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createAgents } from '../../src/agents/agents.ts';
import { type BuiltIn, readBuiltIns } from '../../src/agents/discover.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { createFolder } from '../fakes/folder.ts';

export const knownTools = ['Read', 'Write', 'Edit', 'Glob', 'Grep', 'Bash', 'WebFetch', 'Task', 'TodoWrite'];

/** A home and a repository in a temporary directory. */
export async function makeFolder() {
  const { path: root, remove } = await createFolder('agents');
  await mkdir(join(root, 'repo/.git'), { recursive: true });
  await mkdir(join(root, 'repo/sub'), { recursive: true });
  await mkdir(join(root, 'home'));
  return {
    root,
    async put(path: string, content: string | Uint8Array) {
      const target = join(root, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
      return target;
    },
    agents: (builtIns: readonly BuiltIn[] = [], cwd = 'repo/sub') =>
      createAgents({
        files: createNodeFiles(),
        cwd: join(root, cwd),
        home: join(root, 'home'),
        builtIns: () => readBuiltIns(builtIns, knownTools),
        knownTools,
      }),
    dispose: remove,
  };
}
export type Folder = Awaited<ReturnType<typeof makeFolder>>;

const builtInFolder = join(import.meta.dirname, '../../src/agents/built-in');

export async function shippedBuiltIns(): Promise<BuiltIn[]> {
  const names = readdirSync(builtInFolder);
  return Promise.all(
    names.map(async name => ({
      name: name.replace(/\.md$/, ''),
      text: await readFile(join(builtInFolder, name), 'utf8'),
    })),
  );
}

/** A definition file with these header lines. */
export function definition(name: string, ...lines: string[]): string {
  return ['---', `name: ${name}`, 'description: Does things', ...lines, '---', `You are ${name}.`].join('\n');
}
