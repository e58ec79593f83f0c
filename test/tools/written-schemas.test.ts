import { expect, test } from 'vitest';
import * as z from 'zod';
import { derivedSchemas, schemasModule } from '../../scripts/written-schemas.ts';
import { toolNames } from '../../src/core/tool-names.ts';
import { toolInput } from '../../src/tools/input.ts';
import { writtenSchemas } from '../../src/tools/written-schemas.ts';

test('the build writes the schema of every tool, word by word as the sources derive it', async () => {
  const built = await import(`data:text/javascript,${encodeURIComponent(schemasModule())}`);

  expect(Object.keys(built.writtenSchemas).sort()).toEqual([...toolNames].sort());
  expect(JSON.stringify(built.writtenSchemas)).toBe(JSON.stringify(derivedSchemas()));
});

test('where nothing was written, a schema is derived', () => {
  const input = toolInput('Read', () => z.strictObject({ file_path: z.string() }));

  expect(writtenSchemas).toEqual({});
  expect(input.json()).toEqual({
    type: 'object',
    properties: { file_path: { type: 'string' } },
    required: ['file_path'],
    additionalProperties: false,
  });
});
