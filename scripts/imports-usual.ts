import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Imported when needed in the sources, and needed by nearly every run: in main.cjs they stand among all others, as if an import statement named them. */
const usual = new Set([
  'src/wire.ts',
  'src/headless/run.ts',
  'src/models/attempt.ts',
  'src/models/wire/transport.ts',
  'src/models/protocols/chat.ts',
  'src/models/protocols/chat-model.ts',
]);

export const importsUsual: Plugin = {
  name: 'imports-usual',
  setup(builder) {
    builder.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const statements: string[] = [];
      const contents = text.replaceAll(/\bimport\('(\.[^']+)'\)/g, (whole, specifier: string) => {
        if (!usual.has(relative(root, join(dirname(path), specifier)))) return whole;
        statements.push(`import * as usual${statements.length} from '${specifier}';`);
        return `Promise.resolve(usual${statements.length - 1})`;
      });
      // On one line with what follows, for the map.
      return statements.length === 0 ? undefined : { contents: statements.join('') + contents, loader: 'ts' };
    });
  },
};
