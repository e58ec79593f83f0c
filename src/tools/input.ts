import * as z from 'zod';
import { lazy } from '../core/lazy.ts';
import { writtenSchemas } from './written-schemas.ts';

/** A JSON schema (draft 2020-12), as a model is told it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a tool takes. Both are made when they are first needed: a model is told of every tool, and calls few. */
export type ToolInput<S extends z.ZodObject = z.ZodObject> = {
  readonly schema: () => S;
  readonly json: () => JsonSchema;
};

export type InputOf<I extends ToolInput> = z.infer<ReturnType<I['schema']>>;

/** The input of the tool of that name. Strict object: unknown keys are refused by name. */
export function toolInput<S extends z.ZodObject>(tool: string, make: () => S): ToolInput<S> {
  const schema = lazy(make);
  return { schema, json: lazy(() => writtenSchemas[tool] ?? jsonSchemaOf(schema())) };
}

export function jsonSchemaOf(input: z.ZodObject): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input', override: withoutIntegerBounds });
  return schema;
}

/** zod states the range of safe integers for every integer: nothing that a model needs to read. */
function withoutIntegerBounds({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
