import type { Plugin } from 'esbuild';
import { companionTools } from '../src/tasks/companion-tools.ts';
import { taskTool } from '../src/tasks/task-tool.ts';
import { createTools } from '../src/tools/index.ts';
import { type JsonSchema, jsonSchemaOf } from '../src/tools/input.ts';
import type { AnyTool } from '../src/tools/tool.ts';

/** Writes the JSON schemas of all tools into the program: a model is told of each at every start, and deriving them takes longer than the rest of the request. */
export const writtenSchemas: Plugin = {
  name: 'written-schemas',
  setup(build) {
    build.onLoad({ filter: /\/src\/tools\/written-schemas\.ts$/ }, () => ({ contents: schemasModule() }));
  },
};

export function schemasModule(): string {
  return `export const writtenSchemas = ${JSON.stringify(derivedSchemas())};`;
}

/** By tool. */
export function derivedSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(everyTool().map(tool => [tool.name, jsonSchemaOf(tool.input.schema())]));
}

function everyTool(): AnyTool[] {
  // Tools keep what they are given until they are called, and none is called here.
  const nothing = {} as never;
  return [...createTools(nothing).tools, taskTool(nothing, nothing, []), ...companionTools(nothing, nothing)];
}
