import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import * as zod from 'zod';

const root = join(import.meta.dirname, '..');
const namespace = 'zod-later';
const whole: Readonly<Record<string, unknown>> = { ...zod };

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

/** What is missing here is an error of the build. */
async function laterModule(file: string): Promise<string> {
  const lines = (await usedNames()).map(name => {
    const value = whole[name];
    const later = `(...given) => require('./${file}').${name}(...given)`;
    const code = typeof value === 'function' ? later : JSON.stringify(value);
    return `const ${name}_ = ${code};\nexport { ${name}_ as ${name} };`;
  });
  return lines.join('\n');
}

/** What the program uses of zod: as a whole it is six times as large. */
export async function zodOptions() {
  const contents = `export { ${(await usedNames()).join(', ')} } from 'zod';`;
  const stdin = { contents, resolveDir: root, loader: 'ts' } as const;
  return { stdin, format: 'cjs', outExtension: { '.js': '.cjs' } } as const satisfies BuildOptions;
}

/** Functions and plain values of it; classes and `core` are used for their types alone. */
async function usedNames(): Promise<string[]> {
  const files = (await readdir(join(root, 'src'), { recursive: true })).filter(name => name.endsWith('.ts'));
  const texts = await Promise.all(files.map(name => readFile(join(root, 'src', name), 'utf8')));
  const found = new Set(texts.flatMap(text => [...text.matchAll(/\bz\s*\.(\w+)/g)].map(([, name = '']) => name)));
  return [...found].filter(isUsable).sort();
}

function isUsable(name: string): boolean {
  return name in whole && name !== 'core' && !name.startsWith('Zod');
}
