import { exitCodes } from '../core/exit-code.ts';
import type { Io } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { createChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { conduct } from './conduct.ts';
import type { HeadlessOptions } from './options.ts';
import { checkOptions, chosenChat, chosenModel, emptyPrompt, isOwed, titleOf } from './prepare.ts';
import { readPrompt } from './read-prompt.ts';

export type HeadlessContext = {
  readonly io: Io;
  /** Aborted by the signals that end the program; its reason is the name of the signal. */
  readonly signal: AbortSignal;
};

/**
 * One run of `legwork -p`: asks, waits for what is owed, writes the result to standard output. Returns the exit code (docs/headless.md).
 * AppError `usage`, `bad-input` or `not-found` before anything is stored, when what was asked for cannot be begun.
 */
export async function runHeadless(
  program: Program,
  options: HeadlessOptions,
  context: HeadlessContext,
): Promise<number> {
  checkOptions(options);
  const { io, signal } = context;
  const { clock } = program.base;
  const begunAt = clock.monotonic();
  const isStream = options.inputFormat === 'stream-json';
  const prompt = isStream
    ? options.prompt
    : await readPrompt({ io, clock, limits: program.limits, signal }, options.prompt);
  if (signal.aborted) return exitCodes.failed;
  const known = await chosenChat(program, options);
  if (prompt === '' && !isStream && !(known && (await isOwed(program.store, known)))) throw emptyPrompt(known);
  const model = await chosenModel(program, options, io);
  const chat = known ?? (await newChat(program, prompt));
  return conduct({ program, options, io, signal, chat, isNew: known === undefined, model, prompt, begunAt });
}

async function newChat(program: Program, prompt: string): Promise<Chat> {
  const { store, user, workspace, base } = program;
  const id = await createChat(base, { user, cwd: workspace, title: titleOf(prompt) });
  const chat = await store.chat(id);
  if (!chat) throw new Error(`chat ${id} was not stored`);
  return chat;
}
