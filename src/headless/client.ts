import type { Entry } from '../core/entry.ts';
import type { InboxId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import type { Session } from '../engine/session.ts';
import type { Program } from '../tasks/program.ts';
import { onControlRequest } from './control.ts';
import { readInputLine } from './input-line.ts';
import type { LineWriter } from './line-writer.ts';
import { type Line, linesOf } from './lines.ts';
import { createPermissionRequests } from './permission-requests.ts';

/** A program at the other end of standard input that speaks JSON lines. */
export type Client = {
  /** Reads until the input ends; resolves then. Rejects with what a message could not be stored for. */
  listen(): Promise<void>;
  entries(entries: readonly Entry[]): void;
  readonly isListening: () => boolean;
  /** Lines that were not understood. */
  readonly badLines: () => number;
};

export type ClientOptions = {
  readonly program: Program;
  readonly io: Pick<Io, 'input'>;
  readonly session: Session;
  readonly writer: LineWriter;
  setMode(mode: Program['policy']['mode']): void;
  onSent(id: InboxId): void;
};

export function createClient({ program, io, session, writer, setMode, onSent }: ClientOptions): Client {
  const { chatId } = session;
  let isListening = true;
  let badLines = 0;
  const requests = createPermissionRequests({
    writer,
    answer: session.answer,
    onProblem: message => complain(`control_response: ${message}`),
  });

  function complain(text: string, facts: object = {}): void {
    badLines += 1;
    writer.write({ type: 'error', data: { text, ...facts }, session_id: chatId, chat_id: chatId });
  }

  async function take(line: Line): Promise<void> {
    const { number } = line;
    if ('tooLong' in line)
      return complain(
        `line ${number}: longer than ${program.limits.promptBytes} characters; send less, or name a file`,
        { line: number },
      );
    const input = readInputLine(line.text);
    if (input.kind === 'bad') return complain(`line ${number}: ${input.message}`, { line: number });
    if (input.kind === 'user') onSent(await session.send(input.text));
    if (input.kind === 'response') await requests.response(input.response);
    if (input.kind === 'request')
      await onControlRequest({ program, writer, interrupt: session.interrupt, setMode }, input.request);
  }

  return {
    async listen() {
      requests.earlier(await program.store.openApprovals(chatId));
      for await (const line of linesOf(io.input(), program.limits.promptBytes)) await take(line);
      isListening = false;
      await requests.close();
    },
    entries: requests.entries,
    isListening: () => isListening,
    badLines: () => badLines,
  };
}
