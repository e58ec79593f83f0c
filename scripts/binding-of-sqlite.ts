import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The library finds its native code from the place of its own file; in main.cjs that place is another. */
export const bindingOfSqlite: Plugin = {
  name: 'binding-of-sqlite',
  setup(builder) {
    builder.onLoad({ filter: /\/better-sqlite3\/lib\/binding\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const asProgram = /if \(require\.main === module\) \{[\s\S]*$/;
      const folder = "path.dirname(require.resolve('better-sqlite3'))";
      return { contents: contents.replace(asProgram, '').replaceAll('__dirname', folder) };
    });
  },
};
