import type { TaskId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { modeWith, noChanges, readChanges } from '../tasks/chat-policy.ts';
import type { Program } from '../tasks/program.ts';
import { initLine } from './init-line.ts';
import { createLineWriter, type LineWriter } from './line-writer.ts';
import type { Output } from './output.ts';
import { streamOutput } from './stream-output.ts';

export type StreamRun = {
  readonly program: Program;
  readonly io: Io;
  readonly chat: Chat;
  readonly isNew: boolean;
  readonly model: string;
  readonly includesPartial: boolean;
  onGone(): void;
};

/** The output of a run as JSON lines, its first line written. */
export async function openStream(run: StreamRun): Promise<{ output: Output; writer: LineWriter }> {
  const { program, chat, isNew, model, includesPartial } = run;
  const writer = createLineWriter(run.io, program.limits.readerBacklogChars, run.onGone);
  const changes = isNew ? noChanges : await readChanges(program.store, chat.id);
  const mode = program.modeAsked ?? modeWith(program.policy, changes);
  writer.write(await initLine(program, { chatId: chat.id, model, cwd: chat.cwd, mode }));
  const tasks = isNew ? [] : await program.store.tasks({ chatId: chat.id });
  const earlierCalls = new Map<TaskId, string>(
    tasks.flatMap(({ id, parentCallId }) => (parentCallId === undefined ? [] : [[id, parentCallId] as const])),
  );
  const output = streamOutput({ writer, chatId: chat.id, userId: chat.userId, includesPartial, earlierCalls });
  return { output, writer };
}
