import { AppError, unreachable } from '../core/error.ts';
import type { Io } from '../core/ports.ts';
import { oneLine } from '../core/text.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { findChat, newestChat } from '../tasks/find-chat.ts';
import { openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import type { HeadlessOptions } from './options.ts';

/** AppError `usage` for options that contradict each other. */
export function checkOptions(options: HeadlessOptions): void {
  if (options.inputFormat === 'stream-json' && options.outputFormat !== 'stream-json')
    throw new AppError('usage', '--input-format stream-json needs --output-format stream-json');
  if (options.includesPartial && options.outputFormat !== 'stream-json')
    throw new AppError('usage', '--include-partial-messages needs --output-format stream-json');
}

/** The chat to go on in; undefined for a new one. AppError when the one that was asked for is not there. */
export async function chosenChat(program: Program, { chat }: HeadlessOptions): Promise<Chat | undefined> {
  switch (chat.kind) {
    case 'new':
      return undefined;
    case 'newest':
      return newestChat(program.store, program.workspace);
    case 'named':
      return findChat(program.store, chat.id);
    default:
      return unreachable(chat);
  }
}

/** Whether there is something to go on with without new input: a turn that was left open, waiting rows, tasks. */
export async function isOwed(reader: Reader, chat: Chat): Promise<boolean> {
  if (await hasOpenTurn(reader, chat)) return true;
  if ((await openTasks(reader, chat.id)).length > 0) return true;
  return (await reader.pending(chat.id, 'main')).some(row => row.wakes);
}

export async function hasOpenTurn(reader: Reader, chat: Chat): Promise<boolean> {
  const entries = await reader.entries(chat.id, { lane: 'main', through: chat.lastSeq });
  const last = entries.findLast(entry => entry.type === 'turn:started' || entry.type === 'turn:ended');
  return last?.type === 'turn:started';
}

/** The handle to work with; says on stderr when it is a script. AppError `usage` when a budget is wanted of a model without a price. */
export async function chosenModel(program: Program, options: HeadlessOptions, io: Pick<Io, 'err'>): Promise<string> {
  const { handle, why, isFallback } = await program.chooseModel();
  if (isFallback) io.err(`legwork: ${handle} answers: ${why}\n`);
  else if (handle.startsWith('playbook/')) io.err(`legwork: ${handle} is a script and not a model (${why})\n`);
  if (options.maxBudgetUsd !== undefined && program.base.models.facts(handle).prices === undefined) {
    const remedy = 'put its price into "prices" of your settings, or bound the run with --max-turns';
    throw new AppError('usage', `--max-budget-usd cannot be held: the price of ${handle} is not known; ${remedy}`);
  }
  return handle;
}

export function emptyPrompt(chat: Chat | undefined): AppError {
  const ways = 'give it as an argument (legwork -p "…") or pipe it in (… | legwork -p)';
  if (!chat) return new AppError('usage', `there is no prompt: ${ways}`);
  return new AppError('usage', `there is no prompt, and nothing is left to do in chat ${chat.id}: ${ways}`);
}

/** What a chat is called: one line of what was asked first. */
export function titleOf(prompt: string): string {
  return oneLine(prompt.trim().split('\n', 1)[0] ?? '', 80);
}
