import { basename, dirname, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import type { BuiltQuery } from '../src/store/queries/query.ts';
import { formOf, type QueryText } from '../src/store/queries/text.ts';
import { type Compile, createCompiler } from '../src/store/sqlite/compiler.ts';

const queries = join(import.meta.dirname, '..', 'src', 'store', 'queries');
const compiler = join(import.meta.dirname, '..', 'src', 'store', 'sqlite', 'compiler.ts');

/** Modules of the folder that hold no query. */
const others = ['query.ts', 'schema.ts', 'text.ts'];

/**
 * Writes the texts of fixed queries, and of the usual forms of others, into the program, so that kysely is neither loaded nor run at a start
 * that needs no other. `builders` is what `buildersOptions` builds, beside the program; it is loaded when a text is missing.
 */
export function writtenQueries(builders: string): Plugin {
  return {
    name: 'written-queries',
    setup(build) {
      build.onLoad({ filter: /\/src\/store\/queries\/[^/]+\.ts$/ }, async ({ path }) => {
        const file = basename(path);
        if (others.includes(file)) return undefined;
        return { contents: moduleOf(file, await import(path), createCompiler(), builders), resolveDir: queries };
      });
      build.onLoad({ filter: /\/src\/store\/sqlite\/compiler\.ts$/ }, () => ({
        contents: `${loader(builders)}export const createCompiler = () => load().createCompiler();`,
        resolveDir: dirname(compiler),
      }));
    },
  };
}

/** What the texts are written from, and kysely: a file of its own. */
export function buildersOptions(files: readonly string[]) {
  const modules = files.filter(file => !others.includes(file)).map(file => join(queries, file));
  const lines = modules.map(path => `export * as ${identifier(basename(path))} from ${JSON.stringify(path)};`);
  const contents = [...lines, `export { createCompiler } from ${JSON.stringify(compiler)};`].join('\n');
  const stdin = { contents, resolveDir: queries, loader: 'ts' } as const;
  return { stdin, format: 'cjs', outExtension: { '.js': '.cjs' } } as const satisfies BuildOptions;
}

/** A module with the exports of the one that was read; what is no query is taken from it when it is called. */
export function moduleOf(file: string, exports: Readonly<Record<string, unknown>>, compile: Compile, builders: string) {
  const source = `load().${identifier(file)}`;
  const lines = Object.entries(exports).map(([name, value]) => {
    if (isQuery(value)) return `export const ${name} = ${written(value, compile, `${source}.${name}`)};`;
    if (typeof value === 'function') return `export const ${name} = (...args) => ${source}.${name}(...args);`;
    return `export const ${name} = ${JSON.stringify(value)};`;
  });
  return loader(builders) + lines.join('\n');
}

function written(query: BuiltQuery<unknown, unknown>, compile: Compile, source: string): string {
  const spelt = query.kind === 'formed' ? `spelt: ${JSON.stringify(query.forms.spelt)}, ` : '';
  return `{ kind: 'written', texts: ${JSON.stringify(textsOf(query, compile))}, ${spelt}source: () => ${source} }`;
}

/** By form; a fixed query has the form ''. */
export function textsOf(query: BuiltQuery<unknown, unknown>, compile: Compile): Record<string, QueryText> {
  if (query.kind === 'shaped') return {};
  if (query.kind === 'fixed') return { '': compile(query, {}) };
  const { spelt, usual } = query.forms;
  return Object.fromEntries(usual.map(params => [formOf(params, spelt), compile(query, params)]));
}

export function isQuery(value: unknown): value is BuiltQuery<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'build' in value && 'kind' in value;
}

function loader(builders: string): string {
  return `import { createRequire } from 'node:module';\nlet loaded;\nconst load = () => (loaded ??= createRequire(import.meta.url)(${JSON.stringify(`./${builders}`)}));\n`;
}

function identifier(file: string): string {
  return file.slice(0, -'.ts'.length).replaceAll('-', '_');
}
