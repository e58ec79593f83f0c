import type { InteractiveOptions } from '../cli.ts';
import type { Program } from '../tasks/program.ts';
import { chosenChat } from '../tasks/visit.ts';
import { type InteractiveContext, runInteractive, type Start } from './interactive.ts';
import { runLines } from './lines.ts';

/**
 * `legwork` without `-p`: a conversation in lines, in a terminal or with input from a pipe. Returns the exit code.
 * AppError `usage`, `bad-input` or `not-found` before anything is stored, when the chat or the model cannot be had.
 */
export async function runPlain(
  program: Program,
  options: InteractiveOptions,
  context: InteractiveContext,
): Promise<number> {
  const chat = await chosenChat(program, options.chat);
  const choice = await program.chooseModel();
  const start: Start = { chat, choice, prompt: options.prompt.trim(), appendSystemPrompt: options.appendSystemPrompt };
  const { isInTerminal, isOutTerminal } = context.io;
  return isInTerminal && isOutTerminal ? runInteractive(program, start, context) : runLines(program, start, context);
}
