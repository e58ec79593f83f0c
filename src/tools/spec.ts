import type * as z from 'zod';
import { describeSchema, type SchemaNode, schemaAt } from './describe-schema.ts';
import type { JsonSchema } from './input.ts';
import type { AnyTool } from './tool.ts';

export type ToolDescription = {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
};
export type ParsedInput =
  | { readonly ok: true; readonly input: unknown }
  | { readonly ok: false; readonly message: string };

/** What a model is told of a tool: name, prompt and JSON schema (draft 2020-12) of its input. */
export function toolSpec(tool: AnyTool): ToolDescription {
  return { name: tool.name, description: tool.prompt, inputSchema: tool.input.json() };
}

/**
 * Checks what a model wrote against the tool's schema (S1). The message names every wrong parameter and what was received.
 *
 * Nothing is converted but what models often get wrong and cannot mean otherwise: no input at all is an empty object; `null` for an
 * optional parameter is its absence; the text of a number, boolean, list or object where such a value is wanted is that value.
 */
export function parseInput(tool: AnyTool, raw: unknown): ParsedInput {
  const given = raw === undefined || raw === null || raw === '' ? {} : raw;
  // The list's tools have different schemas, so the type of `input` says only that there is one.
  const schema: z.ZodObject = tool.input.schema();
  const first = schema.safeParse(given);
  if (first.success) return { ok: true, input: first.data };
  const mended = mend(given, first.error.issues);
  const second = mended === undefined ? first : schema.safeParse(mended);
  if (second.success) return { ok: true, input: second.data };
  const parts = second.error.issues.flatMap(issue => explain(tool, given, issue));
  return { ok: false, message: `${tool.name}: ${[...new Set(parts)].join('; ')}` };
}

/** A copy in which the harmless slips are put right; undefined when there are none. */
function mend(given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredCloneOf(given);
  let hasChanged = false;
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'invalid_union') continue;
    const parent = valueAt(copy, issue.path.slice(0, -1));
    const key = issue.path.at(-1);
    if (!isRecord(parent) || key === undefined || !Object.hasOwn(parent, key)) continue;
    const value = parent[key];
    if (value === null) {
      delete parent[key];
      hasChanged = true;
      continue;
    }
    const meant =
      issue.code === 'invalid_type' && typeof value === 'string' ? readAs(issue.expected, value) : undefined;
    if (meant === undefined) continue;
    parent[key] = meant;
    hasChanged = true;
  }
  return hasChanged ? copy : undefined;
}

/** The value whose JSON the text is, when it is of the wanted type. */
function readAs(expected: string, text: string): unknown {
  if (!['number', 'int', 'boolean', 'array', 'object', 'record'].includes(expected)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (expected === 'array') return Array.isArray(value) ? value : undefined;
  if (expected === 'object' || expected === 'record')
    return isRecord(value) && !Array.isArray(value) ? value : undefined;
  return typeof value === (expected === 'boolean' ? 'boolean' : 'number') ? value : undefined;
}

function explain(tool: AnyTool, given: unknown, issue: z.core.$ZodIssue): string[] {
  const schema: SchemaNode = toolSpec(tool).inputSchema;
  const name = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => `unknown parameter "${[...issue.path, key].join('.')}"`);
  const received = valueAt(given, issue.path);
  if (issue.code === 'custom') return [`${name} ${issue.message} (received ${show(received)})`];
  const wanted = schemaAt(schema, issue.path);
  if (received === undefined) return [`${name} is required (received nothing)`];
  return [`${name} must be ${wanted ? describeSchema(wanted) : issue.message} (received ${show(received)})`];
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the input' : path.map(String).join('.');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

const shownChars = 80;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= shownChars ? text : `${text.slice(0, shownChars).toWellFormed()}…`;
}

function structuredCloneOf(value: unknown): unknown {
  return isRecord(value) ? structuredClone(value) : value;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
