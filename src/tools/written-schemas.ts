import type { JsonSchema } from './input.ts';

/** By tool. Empty in the sources; the build writes here what `jsonSchemaOf` derives (scripts/written-schemas.ts). */
export const writtenSchemas: Readonly<Record<string, JsonSchema>> = {};
