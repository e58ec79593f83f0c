import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const namespace = 'library';
const prefix = `${namespace}:`;

/** What to name as an entry point for a file below the project. */
export function entryFor(path: string): string {
  return path.startsWith('node_modules/') ? prefix + path : path;
}

/** The file that an entry point is for. */
export function fileOfEntry(entry: string): string {
  return entry.startsWith(prefix) ? entry.slice(prefix.length) : entry;
}

/** A chunk for a library exports by name what Node finds in it: of a library in CommonJS esbuild alone would export only the default. */
export const libraryEntries: Plugin = {
  name: 'library-entries',
  setup(builder) {
    builder.onResolve({ filter: new RegExp(`^${prefix}`) }, ({ path }) => ({
      path: fileOfEntry(path),
      namespace,
    }));
    builder.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
      const names = Object.keys(await import(join(root, path))).filter(name => name !== 'module.exports');
      const contents = `export { ${names.join(', ')} } from ${JSON.stringify(`./${path}`)};`;
      return { contents, resolveDir: root };
    });
  },
};
