import type { Plugin } from 'esbuild';

const namespace = 'later-builtins';

/** What is used of Node's modules that most starts do not need; each is loaded at the first call. */
const functions: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn'],
  'node:dns': ['lookup'],
};

/** A name that is missing above is an error of the build. */
export const laterBuiltins: Plugin = {
  name: namespace,
  setup(build) {
    build.onResolve({ filter: /^node:(child_process|dns)$/ }, ({ path, kind, namespace: from }) =>
      kind === 'import-statement' && from !== namespace ? { path, namespace } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: laterModule(path) }));
  },
};

function laterModule(name: string): string {
  const names = functions[name] ?? [];
  const lines = names.map(one => `export const ${one} = (...given) => require('${name}').${one}(...given);`);
  return [...lines, `export default { ${names.join(', ')} };`].join('\n');
}
