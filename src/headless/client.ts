import type { Entry } from '../core/entry.ts';
import type { ChatId, InboxId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import type { Session } from '../engine/session.ts';
import type { Program } from '../tasks/program.ts';
import { onControlRequest } from './control.ts';
import { readInputLine } from './input-line.ts';
import type { LineWriter } from './line-writer.ts';
import { type Line, linesOf } from './lines.ts';
import { createPermissionRequests } from './permission-requests.ts';
import { titleOf } from './prepare.ts';

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
  /** The chat is named after the first message. */
  readonly needsName: boolean;
  setMode(mode: Program['policy']['mode']): void;
  onSent(id: InboxId): void;
};

export function createClient({ program, io, session, writer, needsName, setMode, onSent }: ClientOptions): Client {
  const { chatId } = session;
  let isListening = true;
  let badLines = 0;
  let isNamed = !needsName;
  const requests = createPermissionRequests({
    writer,
    answer: session.answer,
    onProblem: message => complain(`control_response: ${message}`),
  });

  function complain(text: string, facts: object = {}): void {
    badLines += 1;
    writer.write({ type: 'error', data: { text, ...facts }, session_id: chatId, chat_id: chatId });
  }

  async function say(text: string): Promise<void> {
    if (!isNamed) await nameChat(program, chatId, text);
    isNamed = true;
    onSent(await session.send(text));
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
    if (input.kind === 'user') await say(input.text);
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

async function nameChat({ store, base }: Program, chatId: ChatId, text: string): Promise<void> {
  const title = titleOf(text);
  await store.write(async tx => {
    await tx.renameChat(chatId, title);
    await tx.append(chatId, 'main', base.clock.now(), [{ type: 'chat:renamed', title }]);
  });
}
