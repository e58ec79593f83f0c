import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { printable } from '../../core/printable.ts';
import type { Answer, Message } from '../../models/model.ts';
import { createPlaybookLoader } from '../../models/playbook/load.ts';
import type { Program } from '../../tasks/program.ts';
import { collect } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

type Given = { input?: readonly string[]; agent: string; json?: boolean };
type Rehearsed = { readonly input: string } & (
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly message: string }
);

export function runPlaybookCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'run',
    'Rehearse a playbook: print what it answers to inputs. Nothing is stored and no tool runs.',
  )
    .argument('<file>', 'a .yaml file, or demo')
    .option('--input <text>', 'what a person writes; repeatable, one after another in one dialogue', collect)
    .option('--agent <type>', 'as whom it is asked', 'primary')
    .option('--json', 'print an array of the answers');
  command.addHelpText(
    'after',
    '\nA tool that the script calls gets an empty result. Exit code 1 when an input is not answered.',
  );
  withExamples(command, [
    ['legwork playbook run demo', 'asks for "hello"'],
    ['legwork playbook run my.yaml --input "count" --input "again"', ''],
  ]).action(async (file: string, given: Given) => {
    const program = await context.open();
    const model = await handleOf(program, file);
    const rehearsed: Rehearsed[] = [];
    const messages: Message[] = [];
    for (const input of given.input ?? ['hello']) {
      const one = await rehearse(program, { model, agent: given.agent, messages, input }, context.signal);
      rehearsed.push(one);
      if (!given.json) await context.io.out(drawn(one));
    }
    if (given.json) await printJson(context.io, rehearsed.map(asJson));
    if (rehearsed.some(one => one.kind === 'failed')) context.exit(1);
  });
}

/** A file that is missing or broken is said before anything is asked of it. */
async function handleOf({ files, workspace }: Program, file: string): Promise<string> {
  if (file === 'demo') return 'playbook/demo';
  const path = resolve(workspace, file);
  await createPlaybookLoader({ files, resolve: name => name, builtIn: {} })(path);
  return `playbook/${path}`;
}

type Rehearsal = { model: string; agent: string; messages: Message[]; input: string };

/** Asks once, and writes question, answer and empty results of its calls into the dialogue. */
async function rehearse(
  { base }: Program,
  { model, agent, messages, input }: Rehearsal,
  signal: AbortSignal,
): Promise<Rehearsed> {
  messages.push({ role: 'user', text: input });
  const request = { model, system: '', messages, newFrom: 0, conversation: 'rehearsal', tools: [], agent } as const;
  for await (const event of base.models.stream(request, signal)) {
    // A rehearsal wants to see the fault, not what a run would make of it.
    if (event.type === 'retrying') return { input, kind: 'failed', message: event.reason };
    if (event.type === 'failed') return { input, kind: 'failed', message: event.failure.message };
    if (event.type !== 'answered') continue;
    const { text, calls } = event.answer;
    messages.push({ role: 'assistant', text, calls });
    for (const { callId, tool } of calls) messages.push({ role: 'tool', callId, tool, text: '', isError: false });
    return { input, kind: 'answered', answer: event.answer };
  }
  throw new AppError('provider', `${model} ended its stream without an answer`);
}

function drawn(one: Rehearsed): string {
  const head = `> ${printable(one.input)}\n`;
  if (one.kind === 'failed') return `${head}[fault] ${printable(one.message)}\n\n`;
  const { text, calls, thinking } = one.answer;
  const lines = [
    ...(thinking ? [`[thinks] ${printable(thinking)}`] : []),
    ...(text === '' ? [] : [printable(text)]),
    ...calls.map(call => `[calls] ${call.tool}(${printable(JSON.stringify(call.input))})`),
  ];
  return `${head}${lines.join('\n')}\n\n`;
}

function asJson(one: Rehearsed) {
  const answer = one.kind === 'answered' ? one.answer : undefined;
  return {
    input: one.input,
    text: answer?.text ?? null,
    thinking: answer?.thinking ?? null,
    calls: answer?.calls.map(({ callId, tool, input }) => ({ call_id: callId, tool, input })) ?? [],
    fault: one.kind === 'failed' ? one.message : null,
  };
}
