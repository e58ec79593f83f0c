import { expect, test } from 'vitest';
import { checkModule, importsOf } from './check.ts';
import { house } from './table.ts';

const check = (path: string, text: string) => checkModule({ path, text }, house);
const imports = (path: string, specifier: string) => check(path, `import { x } from '${specifier}';`);

test('every form of import is seen', () => {
  const found = importsOf(`
    import a from './a.ts';
    import type { B } from "./b.ts";
    import {
      c,
    } from './c.ts';
    import './d.ts';
    export * from './e.ts';
    export { f } from './f.ts';
    const g = await import('./g.ts'); type H = typeof import('./h.ts');
    const i = require('./i.ts');
    const j = 1; import k from './k.ts';
  `);

  expect(found.toSorted()).toEqual('abcdefghik'.split('').map(letter => `./${letter}.ts`));
});

test('what only looks like an import is left alone', () => {
  const found = importsOf(`
    // import a from './a.ts';
    /** import b from './b.ts'; */
    export const from = 'c';
    export function load() { return 'from "d"'; }
  `);

  expect(found).toEqual([]);
});

test.each([
  ['core/entry.ts', './ids.ts'],
  ['store/sqlite/open.ts', '../store.ts'],
  ['store/sqlite/open.ts', '../../core/ids.ts'],
  ['store/open.ts', './sqlite/open.ts'],
  ['engine/turn.ts', '../models/model.ts'],
  ['engine/turn.ts', '../tools/tool.ts'],
  ['tasks/pool.ts', '../engine/turn.ts'],
  ['tui/view.tsx', '../views/task-group.ts'],
  ['wire.ts', './store/sqlite/open.ts'],
  ['main.ts', './tui/app.tsx'],
  ['platform/files.ts', 'node:fs/promises'],
  ['models/letta.ts', '@letta-ai/letta-client'],
  ['engine/turn.ts', 'node:path'],
])('%s may import %s', (path, specifier) => {
  expect(imports(path, specifier)).toEqual([]);
});

test.each([
  ['core/entry.ts', '../store/store.ts'],
  ['engine/turn.ts', '../store/sqlite/open.ts'],
  ['engine/turn.ts', '../models/catalog.ts'],
  ['engine/turn.ts', '../tools/glob.ts'],
  ['engine/turn.ts', '../tasks/pool.ts'],
  ['tasks/pool.ts', '../platform/files.ts'],
  ['tasks/pool.ts', '../store/sqlite/open.ts'],
  ['commands/models.ts', '../models/providers.ts'],
  ['config.ts', './platform/files.ts'],
  ['tui/view.tsx', '../headless/run.ts'],
  ['web/app.tsx', '../engine/session.ts'],
  ['engine/turn.ts', '../main.ts'],
  ['engine/turn.ts', '../../test/fakes/model.ts'],
  ['tools/read.ts', 'node:fs'],
  ['tools/read.ts', 'fs/promises'],
  ['main.ts', 'node:child_process'],
  ['store/sqlite/open.ts', 'node:fs'],
  ['models/catalog.ts', '@letta-ai/letta-client'],
  ['wire.ts', '@letta-ai/letta-client/resources'],
  ['engine/turn.ts', 'node:process'],
])('%s may not import %s', (path, specifier) => {
  expect(imports(path, specifier)).toEqual([expect.stringContaining(path)]);
});

test('a type is an import like any other', () => {
  expect(check('core/entry.ts', `import type { Store } from '../store/store.ts';`)).toHaveLength(1);
});

test('a folder that the table does not know is reported', () => {
  expect(check('misc/thing.ts', '')).toEqual(['misc/thing.ts is in no folder of the table']);
});

test.each(['process.env.HOME', 'process?.env', "process['env']", 'const { env } = process'])(
  'the environment is read in config.ts only: %s',
  text => {
    expect(check('engine/turn.ts', text)).toEqual(['engine/turn.ts uses process.env']);
    expect(check('config.ts', text)).toEqual([]);
  },
);

test('only main.ts ends the process; an exit code is no end', () => {
  expect(check('wire.ts', 'process.exit(1)')).toEqual(['wire.ts uses process.exit']);
  expect(check('main.ts', 'process.exit(1)')).toEqual([]);
  expect(check('headless/run.ts', 'process.exitCode = 1')).toEqual([]);
});
