import type { Plugin } from 'esbuild';

/** Ink imports React's developer tools when it finds a server of them; they are no dependency of the program. */
export const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'without-devtools' }));
    builder.onLoad({ filter: /.*/, namespace: 'without-devtools' }, () => ({
      contents: "throw new Error('the built program has no developer tools');",
    }));
  },
};
