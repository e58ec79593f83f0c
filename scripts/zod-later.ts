import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import * as zod from 'zod';

const root = join(import.meta.dirname, '..');
const namespace = 'zod-later';

/** zod is loaded when the first schema is built, from a file of its own: most starts build none. Libraries have their own (zod-of-libraries.ts). */
export function zodLater(file: string): Plugin {
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^zod$/ }, ({ importer }) =>
        importer.includes('/node_modules/') ? undefined : { path: 'zod', namespace },
      );
      build.onLoad({ filter: /.*/, namespace }, async () => ({ contents: await laterModule(file), resolveDir: root }));
      build.onResolve({ filter: /.*/, namespace }, ({ path }) => ({ path, external: true }));
    },
  };
}

/** Getters: an import copies them, and only the use of one loads the file. */
async function laterModule(file: string): Promise<string> {
  const used = await usedNames();
  const others = Object.keys(zod).filter(name => !used.includes(name));
  return `
    const getter = (name, get) => Object.defineProperty(exports, name, { enumerable: true, get });
    const refuse = name => { throw new Error('z.' + name + ' is not in the build: scripts/zod-later.ts'); };
    for (const name of '${used.join()}'.split(',')) getter(name, () => require('./${file}')[name]);
    for (const name of '${others.join()}'.split(',')) getter(name, () => refuse(name));
  `;
}

/** What the program uses of zod: as a whole it is six times as large. */
export async function zodOptions() {
  const contents = `export { ${(await usedNames()).join(', ')} } from 'zod';`;
  const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
  return { stdin, format: 'cjs', outExtension: { '.js': '.cjs' } } as const satisfies BuildOptions;
}

/** Functions of it; what begins with a capital letter, and `core`, is used for types alone. */
async function usedNames(): Promise<string[]> {
  const files = (await readdir(join(root, 'src'), { recursive: true })).filter(name => name.endsWith('.ts'));
  const texts = await Promise.all(files.map(name => readFile(join(root, 'src', name), 'utf8')));
  const found = texts.flatMap(text => [...text.matchAll(/\bz\s*\.([a-z]\w*)/g)].map(([, name = '']) => name));
  return [...new Set(found)].filter(name => name in zod && name !== 'core').sort();
}
