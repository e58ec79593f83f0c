import * as z from 'zod';
import { toolInput } from '../../src/tools/input.ts';
import { type AnyTool, defineTool, type ToolContext } from '../../src/tools/tool.ts';
import type { Scope } from './scope.ts';

const schema = () =>
  z.strictObject({
    text: z.string().default(''),
    path: z.string().default('/work/file'),
    ms: z.number().default(0),
  });
type Given = z.infer<ReturnType<typeof schema>>;
const input = toolInput('sim', schema);

/** The tools of one program. Look reads, Change writes (one at a time per path), Run executes and takes no notice of being told to end, Ask puts a question, Broken throws. */
export function simTools(scope: Scope): AnyTool[] {
  const last = async (ms: number, signal?: AbortSignal) => {
    scope.busy.count += 1;
    try {
      await scope.clock.sleep(ms, signal === undefined ? {} : { signal });
    } finally {
      scope.busy.count -= 1;
    }
  };
  const begin = (tool: string, isReadOnly: boolean, { chatId, lane, callId }: ToolContext) =>
    void scope.recorder.runs.push({ chatId, lane, callId, tool, isReadOnly, process: scope.process.name });
  const resource = ({ path }: Given) => path;
  return [
    defineTool({
      name: 'Look',
      prompt: 'Looks.',
      input,
      access: 'read',
      async run({ text, ms }, context) {
        begin('Look', true, context);
        await last(ms, context.signal);
        return { text: `saw ${text}` };
      },
    }),
    defineTool({
      name: 'Change',
      prompt: 'Changes.',
      input,
      access: 'write',
      subjects: ({ path }) => [path],
      resource,
      async run({ text, ms }, context) {
        begin('Change', false, context);
        await last(ms, context.signal);
        return { text: `changed ${text}` };
      },
    }),
    defineTool({
      name: 'Run',
      prompt: 'Runs.',
      input,
      access: 'execute',
      subjects: ({ text }) => [text],
      async run({ text, ms }, context) {
        begin('Run', false, context);
        await last(ms);
        return { text: `ran ${text}` };
      },
    }),
    defineTool({
      name: 'Ask',
      prompt: 'Asks the person.',
      input,
      access: 'none',
      async run({ text }, context) {
        const answer = await context.ask({ question: text, options: [], allowsOther: true });
        return { text: answer.kind === 'answered' ? answer.text : answer.message };
      },
    }),
    defineTool({
      name: 'Broken',
      prompt: 'Throws.',
      input,
      access: 'read',
      async run({ text }, context) {
        begin('Broken', true, context);
        throw new Error(`broken by ${text}`);
      },
    }),
  ];
}
