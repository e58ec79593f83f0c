import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files, ProcessEnd } from '../core/ports.ts';
import { failure } from './failure.ts';
import { toolInput } from './input.ts';
import type { Shell, Shells } from './shells.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('BashOutput', () =>
  z.strictObject({ shell_id: z.string().min(1).describe('As Bash returned it.') }),
);

const prompt = `Returns what a background shell has written since you asked last, and whether it is still running.
- Takes the shell_id of a Bash call with run_in_background.
- When more than ${limits.commandOutputChars} bytes are new, the latest are returned; the output file has all.`;

/** How far one lane has read one shell. The decoder holds the beginning of a character whose rest is not written yet. */
type Reader = { offset: number; readonly decoder: InstanceType<typeof TextDecoder> };

/** Reads background shells; each lane goes on where it stopped. */
export function bashOutputTool(files: Files, shells: Shells): AnyTool {
  const readers = new WeakMap<Shell, Map<string, Reader>>();
  return defineTool({
    name: 'BashOutput',
    prompt,
    input,
    access: 'read',
    run: async ({ shell_id }, context) => {
      const shell = shells.find(context.chatId, shell_id);
      if (!shell) return failure(noSuchShell(shell_id, shells, context));
      const ofShell = readers.get(shell) ?? new Map<string, Reader>();
      readers.set(shell, ofShell);
      const reader = ofShell.get(context.lane) ?? { offset: 0, decoder: new TextDecoder('utf-8', { ignoreBOM: true }) };
      ofShell.set(context.lane, reader);
      return readNew(files, shell, reader);
    },
  });
}

export function noSuchShell(id: string, shells: Shells, { chatId }: ToolContext): string {
  const ids = shells.idsOf(chatId);
  return `There is no background shell "${id}" (shells end with the session). Known: ${ids.join(', ') || 'none'}.`;
}

/** `running`, or how it ended. */
export function statusOf(end: ProcessEnd | undefined): string {
  if (!end) return 'running';
  if (end.reason === 'stopped') return 'stopped';
  if (end.reason === 'timeout') return 'ended: it took longer than timeout_ms';
  return end.signal === undefined ? `ended with exit code ${end.exitCode}` : `ended by ${end.signal}`;
}

async function readNew(files: Files, shell: Shell, reader: Reader): Promise<ToolResult> {
  // Before the file: what is written between the two would else be missed for good in the last read.
  const { end } = shell;
  const size = (await files.stat(shell.outputFile))?.size ?? 0;
  const skipped = Math.max(0, size - reader.offset - limits.commandOutputChars);
  const from = reader.offset + skipped;
  const bytes =
    size > from ? await files.readBytes(shell.outputFile, { offset: from, maxBytes: size - from }) : new Uint8Array();
  reader.offset = from + bytes.byteLength;
  if (skipped > 0) reader.decoder.decode();
  const output = reader.decoder.decode(bytes, { stream: end === undefined });
  const lines = [
    `Status: ${statusOf(end)}`,
    skipped > 0 ? `[${skipped} bytes left out; the whole output: ${shell.outputFile}]` : '',
    output === '' ? '[No new output]' : output.replace(/\n$/, ''),
  ];
  return {
    text: lines.filter(Boolean).join('\n'),
    display: { kind: 'shell', shellId: shell.id, status: statusOf(end) },
  };
}
