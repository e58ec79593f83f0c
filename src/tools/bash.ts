import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { ProcessEnd } from '../core/ports.ts';
import { cutMiddle } from '../core/text.ts';
import { failure } from './failure.ts';
import { type InputOf, toolInput } from './input.ts';
import { createLiveOutput } from './live-output.ts';
import { outputFileOf, type ShellPorts, type Shells, startShell } from './shells.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('Bash', () =>
  z.strictObject({
    command: z
      .string()
      .min(1)
      .max(limits.commandChars)
      .refine(text => !text.includes('\0'), 'must not hold a null character')
      .describe('What bash is to run.'),
    description: z
      .string()
      .max(limits.descriptionChars)
      .optional()
      .describe('What it does, in 5 to 10 words, for people.'),
    timeout_ms: z
      .number()
      .int()
      .positive()
      .max(limits.commandTimeoutMaxMs)
      .optional()
      .describe('The command is ended after this time; in the background it has none unless you give one.'),
    run_in_background: z.boolean().default(false).describe('Return at once and let it run; read it with BashOutput.'),
  }),
);
type BashInput = InputOf<typeof input>;

const prompt = `Runs a command line with bash and returns its output (stdout and stderr as they came) and exit code.
- Every call starts in the working directory with the same environment: "cd" and variables do not last from call to call.
- There is no terminal and no input: nothing interactive (editors, pagers, prompts).
- What a command leaves running when it ends is ended with it. For servers and watchers set run_in_background: the call returns a shell id for BashOutput and KillShell. Never use "&", nohup or setsid for that.
- To read, change or find files use Read, Edit, Write, Glob and Grep instead.
- Independent commands: several calls in one answer. Commands that need each other: one call with "&&". Quote paths that hold spaces.
- Output beyond ${limits.commandOutputChars} characters is cut in the middle and its file is named.`;

type BashPorts = ShellPorts & {
  /** True only for commands that surely change nothing. */
  readonly isReadOnlyCommand: (command: string) => boolean;
  /** For commands that name no time. */
  readonly commandTimeoutMs: number;
};

/** Runs commands, in front and in the background. */
export function bashTool(ports: BashPorts, shells: Shells): AnyTool {
  return defineTool({
    name: 'Bash',
    prompt: `${prompt}\n- Without timeout_ms a command is ended after ${ports.commandTimeoutMs} ms.`,
    input,
    access: 'execute',
    accessOf: ({ command, run_in_background }) =>
      !run_in_background && ports.isReadOnlyCommand(command) ? 'read' : 'execute',
    subjects: ({ command }) => [command],
    run: async (given, context) => {
      const outputFile = await outputFileOf(ports, context.chatId, context.turnId, context.callId);
      return given.run_in_background
        ? startInBackground(shells, given, outputFile, context)
        : runInFront(ports, given, outputFile, context);
    },
  });
}

async function startInBackground(
  shells: Shells,
  given: BashInput,
  outputFile: string,
  context: ToolContext,
): Promise<ToolResult> {
  context.signal.throwIfAborted();
  const shell = shells.start(given.command, {
    chatId: context.chatId,
    cwd: context.cwd,
    timeoutMs: given.timeout_ms,
    outputFile,
  });
  if (shell.process.pid === undefined)
    return failure((await shell.process.done).message ?? 'bash could not be started');
  return {
    text: `Running in the background with shell ID: ${shell.id}\nOutput file: ${outputFile}\n\nRead it with BashOutput, end it with KillShell. It ends with this session.`,
    display: { kind: 'command', command: given.command, shellId: shell.id, outputFile },
  };
}

async function runInFront(
  ports: BashPorts,
  given: BashInput,
  outputFile: string,
  context: ToolContext,
): Promise<ToolResult> {
  const live = createLiveOutput(ports.clock, context.progress);
  const timeoutMs = given.timeout_ms ?? ports.commandTimeoutMs;
  const child = startShell(ports, given.command, {
    cwd: context.cwd,
    timeoutMs,
    outputFile,
    maxOutputBytes: limits.commandOutputBytes,
    signal: context.signal,
    onOutput: live.add,
  });
  const end = await child.done;
  live.end();
  if (end.reason === 'not-started') return failure(end.message ?? 'bash could not be started');
  const isWhole = end.omittedBytes === 0 && end.output.length <= limits.commandOutputChars;
  if (isWhole && (await ports.files.stat(outputFile))) await ports.files.remove(outputFile);
  const unread = end.omittedBytes > 0 ? `${end.omittedBytes} bytes and ` : '';
  const shown = isWhole
    ? end.output
    : cutMiddle(
        end.output,
        limits.commandOutputChars,
        omitted => `[… ${unread}${omitted} characters left out; the output file has them …]`,
      );
  const lines = [
    shown.replace(/\n$/, ''),
    isWhole
      ? ''
      : `Output file: ${outputFile}${end.omittedBytes > limits.commandFileBytes ? ` (its first ${limits.commandFileBytes} bytes)` : ''}`,
    `[${endOf(end, timeoutMs)}]`,
  ];
  return {
    text: lines.filter(Boolean).join('\n'),
    isError: end.reason !== 'exited' || end.exitCode !== 0,
    display: {
      kind: 'command',
      command: given.command,
      reason: end.reason,
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      durationMs: Math.round(end.durationMs),
      ...(isWhole ? {} : { outputFile }),
    },
  };
}

function endOf(end: ProcessEnd, timeoutMs: number): string {
  if (end.reason === 'timeout')
    return `ended after ${timeoutMs} ms: it took too long. Set timeout_ms, or run_in_background`;
  if (end.reason === 'stopped') return 'interrupted';
  return end.signal === undefined ? `exit code ${end.exitCode}` : `ended by ${end.signal}`;
}
