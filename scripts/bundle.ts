import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';
import { bindingOfSqlite } from './binding-of-sqlite.ts';
import { importsUsual } from './imports-usual.ts';
import { laterBuiltins } from './later-builtins.ts';
import { entryFor, fileOfEntry, libraryEntries } from './library-entries.ts';
import { onOwnImport } from './own-import.ts';
import { withoutDevtools } from './without-devtools.ts';
import { buildersOptions, writtenQueries } from './written-queries.ts';
import { writtenSchemas } from './written-schemas.ts';
import { writtenShelf } from './written-shelf.ts';
import { zodLater, zodOptions } from './zod-later.ts';
import { zodOfLibraries } from './zod-of-libraries.ts';

// What a question and its answer over chat completions need is one CommonJS file, main.cjs: reading forty modules of ECMAScript one by one took longer than
// running them, and so did the facades that an import statement gives to Node's own modules. Everything else stays in chunks that are loaded
// when they are first needed; what such a chunk shares with main.cjs it takes from there, so that nothing is there twice.

const root = join(import.meta.dirname, '..');
const main = 'main.cjs';

/** Files that are looked up at run time stay in node_modules. */
const external = ['@vscode/ripgrep'];

/** For bundled CommonJS: esbuild calls `require` where it is defined. On one line with what follows, for the map. */
const requireForBundledCjs =
  "import{createRequire as legworkCreateRequire}from'node:module';const require=legworkCreateRequire(import.meta.url);";

const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  // Its `paths` are for types alone.
  tsconfigRaw: {},
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  external,
  metafile: true,
  write: false,
  logLevel: 'warning',
  logOverride: {
    // better-sqlite3 is in main.cjs, and is asked for its folder.
    'require-resolve-not-external': 'silent',
    'import-is-undefined': 'error',
  },
} as const satisfies BuildOptions;

type Built = BuildResult<{ metafile: true; write: false }>;
type Parts = { readonly zod: string; readonly written: readonly Plugin[] };
export type Output = { readonly path: string; readonly text: string };

/** The program as files, main.cjs last. */
export async function bundle(): Promise<Output[]> {
  const builders = await buildBuilders();
  const zod = await build({ ...common, ...(await zodOptions()), entryNames: 'zod-[hash]' });
  const parts: Parts = {
    zod: fileOf(zod, '.cjs'),
    written: [writtenQueries(fileOf(builders, '.cjs')), writtenSchemas, writtenShelf],
  };
  const draft = await buildMain(parts, new Map(), new Set());
  const inMain = new Set(Object.keys(draft.result.metafile.inputs).filter(isShareable));
  const { chunks, shared } = await buildChunks(draft.apart, inMain, parts);
  const { result } = await buildMain(parts, entriesOf(chunks), shared);
  return [...filesOf(builders), ...filesOf(zod), ...filesOf(chunks).map(withRequire), ...filesOf(result)];
}

function isShareable(path: string): boolean {
  return !path.startsWith('<') && !path.includes(':');
}

async function buildBuilders(): Promise<Built> {
  const files = await readdir(join(root, 'src', 'store', 'queries'));
  const options = buildersOptions(files);
  return build({ ...common, ...options, entryNames: 'queries-[hash]' });
}

/** `chunkOf`: the file that each module which is not in main.cjs became. `apart`: the modules that need one. */
async function buildMain({ zod, written }: Parts, chunkOf: ReadonlyMap<string, string>, shared: ReadonlySet<string>) {
  const apart = new Set<string>();
  const imports = [...shared].map((path, index) => `import * as shared${index} from ${JSON.stringify(`./${path}`)};`);
  const modules = [...shared].map((path, index) => `${JSON.stringify(path)}: shared${index},`);
  const importApart: Plugin = {
    name: 'import-apart',
    setup(builder) {
      onOwnImport(builder, ['dynamic-import'], path => {
        apart.add(path);
        return { path: `./${chunkOf.get(path) ?? path}`, external: true };
      });
    },
  };
  const result = await build({
    ...common,
    stdin: {
      contents: [...imports, 'export const modules = {', ...modules, '};', "import './src/main.ts';"].join('\n'),
      resolveDir: root,
      sourcefile: '<main>',
    },
    outExtension: { '.js': '.cjs' },
    entryNames: 'main',
    format: 'cjs',
    banner: { js: "const legworkUrl=require('node:url').pathToFileURL(__filename).href;" },
    define: { ...common.define, 'import.meta.url': 'legworkUrl' },
    plugins: [laterBuiltins, zodLater(zod), importApart, bindingOfSqlite, ...written, importsUsual],
  });
  return { result, apart };
}

/** `shared`: what the chunks take from main.cjs. */
async function buildChunks(apart: ReadonlySet<string>, inMain: ReadonlySet<string>, { zod, written }: Parts) {
  const shared = new Set<string>();
  const fromMain: Plugin = {
    name: 'from-main',
    setup(builder) {
      onOwnImport(builder, ['import-statement', 'dynamic-import', 'require-call'], (path, kind) => {
        if (!inMain.has(path)) return undefined;
        // It would get a module without names: esbuild cannot know what main.cjs has.
        if (kind === 'dynamic-import') throw new Error(`${path} is in ${main}: import it at the top of the file`);
        shared.add(path);
        return { path, namespace: 'from-main' };
      });
      builder.onLoad({ filter: /.*/, namespace: 'from-main' }, ({ path }) => ({
        contents: `module.exports = require('./${main}').modules[${JSON.stringify(path)}];`,
        resolveDir: root,
      }));
      builder.onResolve({ filter: /^\.\/main\.cjs$/ }, () => ({ path: `./${main}`, external: true }));
    },
  };
  const chunks = await build({
    ...common,
    entryPoints: [...apart].map(entryFor),
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    splitting: true,
    format: 'esm',
    plugins: [libraryEntries, withoutDevtools, zodOfLibraries, zodLater(zod), fromMain, ...written],
  });
  return { chunks, shared };
}

function entriesOf({ metafile }: Built): Map<string, string> {
  const pairs = Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint === undefined ? [] : ([[fileOfEntry(entryPoint), basename(path)]] as const),
  );
  return new Map(pairs);
}

function fileOf({ metafile }: Built, ending: string): string {
  const found = Object.keys(metafile.outputs).find(path => path.endsWith(ending));
  if (found === undefined) throw new Error(`the build made no ${ending}`);
  return basename(found);
}

function filesOf({ outputFiles }: Built): Output[] {
  return outputFiles.map(({ path, text }) => ({ path: relative(join(root, 'dist'), path), text }));
}

function withRequire({ path, text }: Output): Output {
  const isNeeded = path.endsWith('.js') && /\brequire\b/.test(text);
  return { path, text: isNeeded ? requireForBundledCjs + text : text };
}
