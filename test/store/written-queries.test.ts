import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isQuery, moduleOf, textsOf } from '../../scripts/written-queries.ts';
import { claimNextTask } from '../../src/store/queries/claim-task.ts';
import { entriesInRange, newestEntries } from '../../src/store/queries/entries.ts';
import { setDelivered } from '../../src/store/queries/inbox.ts';
import { type BuiltQuery, shaped } from '../../src/store/queries/query.ts';
import { tasksByFilter } from '../../src/store/queries/tasks.ts';
import { valuesOf } from '../../src/store/queries/text.ts';
import { createCompiler } from '../../src/store/sqlite/compiler.ts';
import { createTexts } from '../../src/store/sqlite/texts.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'store', 'queries');
const statuses = ['queued', 'waiting', 'running', 'parked', 'completed', 'failed', 'stopped'] as const;
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const count = fc.integer({ min: 0, max: 9 });
// Ids are branded; to a query they are texts.
const id = fc.string().map(text => text as never);

// The parameters of each query are its own; here they are made by the arbitrary beside it.
// biome-ignore lint/suspicious/noExplicitAny: see above
const parameters: readonly [string, BuiltQuery<any, unknown>, fc.Arbitrary<object>][] = [
  [
    'entriesInRange',
    entriesInRange,
    fc.record({
      chatId: id,
      after: optional(count),
      through: optional(count),
      lane: optional(id),
      limit: optional(count),
    }),
  ],
  [
    'newestEntries',
    newestEntries,
    fc.record({ chatId: id, limit: count, lane: optional(id), before: optional(count) }),
  ],
  ['setDelivered', setDelivered, fc.record({ ids: fc.array(id, { minLength: 1, maxLength: 4 }), seq: count })],
  [
    'tasksByFilter',
    tasksByFilter,
    fc.record({
      chatId: optional(id),
      statuses: optional(fc.subarray([...statuses])),
      parentLane: optional(id),
      since: optional(count),
      newestFirst: optional(fc.boolean()),
      limit: optional(count),
    }),
  ],
  [
    'claimNextTask',
    claimNextTask,
    fc.record({
      worker: id,
      now: count,
      chatIds: optional(fc.array(id, { maxLength: 3 })),
      exceptModels: optional(fc.array(fc.string(), { maxLength: 3 })),
    }),
  ],
];

test.each(parameters)('one text of %s serves all parameters of its form', (_, query, given) => {
  const textOf = createTexts();
  const compile = createCompiler();

  fc.assert(
    fc.property(fc.array(given, { minLength: 2, maxLength: 4 }), list => {
      for (const params of list) {
        const direct = compile(shaped(query.build), params);
        const kept = textOf(query, params);

        expect(kept.sql).toBe(direct.sql);
        expect(valuesOf(kept, params)).toEqual(valuesOf(direct, params));
      }
    }),
  );
});

test('every query that is not built at each call is known to this test', async () => {
  const formed: string[] = [];
  for (const { exports } of await modules()) {
    for (const [name, value] of Object.entries(exports))
      if (isQuery(value) && value.kind === 'formed') formed.push(name);
  }

  expect(formed.sort()).toEqual(parameters.map(([name]) => name).sort());
});

test('what the build writes into the program is what the sources derive', async () => {
  const compile = createCompiler();
  let written = 0;
  for (const { file, exports } of await modules()) {
    const code = moduleOf(file, exports, compile, 'queries.cjs');
    const built = await import(`data:text/javascript,${encodeURIComponent(code)}`);

    expect(Object.keys(built).sort()).toEqual(Object.keys(exports).sort());
    for (const [name, value] of Object.entries(exports)) {
      if (!isQuery(value)) continue;
      written += 1;
      expect(built[name]).toMatchObject({ kind: 'written', texts: textsOf(value, compile) });
    }
  }

  expect(written).toBeGreaterThan(40);
});

async function modules(): Promise<{ file: string; exports: Record<string, unknown> }[]> {
  const files = readdirSync(folder).filter(name => !['query.ts', 'schema.ts', 'text.ts'].includes(name));
  return Promise.all(files.map(async name => ({ file: basename(name), exports: await import(join(folder, name)) })));
}
