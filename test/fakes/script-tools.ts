import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { LaneId } from '../../src/core/ids.ts';
import { toolInput } from '../../src/tools/input.ts';
import { type AnyTool, defineTool, type ToolContext } from '../../src/tools/tool.ts';
import { type Latch, latch } from './script-model.ts';

type ToolRun = {
  readonly tool: string;
  readonly text: string;
  readonly lane: LaneId;
  readonly callId: string;
  readonly isRepeat: boolean;
};
export type ScriptTools = {
  readonly tools: readonly AnyTool[];
  /** Every run that began, in order. */
  readonly runs: ToolRun[];
  /** `begin x`, `end x` of the tool Change, in order. */
  readonly changes: string[];
  /** Lets the runs of Slow with that text end. */
  release(text: string): void;
};

/** Look reads; Change writes, one at a time per `path`; Slow executes until it is released or aborted; Save writes a real file; Broken throws. */
export function createScriptTools(): ScriptTools {
  const runs: ToolRun[] = [];
  const changes: string[] = [];
  const held = new Map<string, Latch>();
  const holdOf = (text: string) => {
    const found = held.get(text) ?? latch();
    held.set(text, found);
    return found;
  };
  const note = (tool: string, text: string, { lane, callId, isRepeat }: ToolContext) =>
    void runs.push({ tool, text, lane, callId, isRepeat });
  const input = toolInput('script', () =>
    z.strictObject({ text: z.string().default(''), path: z.string().default('/work/file') }),
  );
  const tools = [
    defineTool({
      name: 'Look',
      prompt: 'Looks.',
      input,
      access: 'read',
      async run({ text }, context) {
        note('Look', text, context);
        return { text: `saw ${text}` };
      },
    }),
    defineTool({
      name: 'Change',
      prompt: 'Changes.',
      input,
      access: 'write',
      subjects: ({ path }) => [path],
      resource: ({ path }) => path,
      async run({ text }, context) {
        note('Change', text, context);
        changes.push(`begin ${text}`);
        await new Promise(resolve => setImmediate(resolve));
        changes.push(`end ${text}`);
        return { text: `changed ${text}` };
      },
    }),
    defineTool({
      name: 'Slow',
      prompt: 'Takes long.',
      input,
      access: 'execute',
      subjects: ({ text }) => [text],
      async run({ text }, context) {
        note('Slow', text, context);
        const { signal } = context;
        const aborted = new Promise<'aborted'>(resolve =>
          signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
        );
        if (signal.aborted || (await Promise.race([holdOf(text).promise, aborted])) === 'aborted')
          return { text: `${text} was ended`, isError: true };
        return { text: `${text} is done` };
      },
    }),
    defineTool({
      name: 'Save',
      prompt: 'Writes a file below the working directory.',
      input,
      access: 'write',
      subjects: ({ path }, cwd) => [join(cwd, path)],
      async run({ text, path }, context) {
        note('Save', text, context);
        await writeFile(join(context.cwd, path), text);
        return { text: `saved ${path}` };
      },
    }),
    defineTool({
      name: 'Broken',
      prompt: 'Throws.',
      input,
      access: 'read',
      async run({ text }, context) {
        note('Broken', text, context);
        throw new Error(`broken by ${text}`);
      },
    }),
  ];
  return { tools, runs, changes, release: text => holdOf(text).open() };
}
