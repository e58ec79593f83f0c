import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const namespace = 'zod-of-libraries';

/**
 * Gives libraries a zod of their own in the bundle. They use the object `z`, which keeps all of zod alive, every language of its messages too; ours
 * would then be loaded with it at every start, a few milliseconds for nothing. Libraries are loaded when they are first used.
 */
export const zodOfLibraries: Plugin = {
  name: namespace,
  setup(build) {
    build.onResolve({ filter: /^zod(\/|$)/ }, async args => {
      if (args.pluginData === namespace || !args.importer.includes('/node_modules/')) return undefined;
      const { kind, resolveDir, importer } = args;
      const { path, errors } = await build.resolve(args.path, { kind, resolveDir, importer, pluginData: namespace });
      return errors.length > 0 ? { errors } : { path, namespace, sideEffects: false };
    });
    build.onResolve({ filter: /^\./, namespace }, ({ path, importer }) => ({
      path: join(dirname(importer), path),
      namespace,
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace }, async ({ path }) => ({
      contents: await readFile(path, 'utf8'),
      loader: 'js',
    }));
  },
};
