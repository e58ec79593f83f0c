import { AppError } from '../core/error.ts';
import type { Limits } from '../core/limits.ts';

/** What a task is told to do, without outer white space. `name` is what the caller calls it. AppError `usage` when blank, `bad-input` when too long. */
export function checkedInstruction(limits: Limits, name: 'instruction' | 'prompt', text: string): string {
  const instruction = text.trim();
  if (instruction === '') throw new AppError('usage', `the ${name} is blank; say what is to be done`);
  const bytes = Buffer.byteLength(instruction);
  if (bytes > limits.promptBytes)
    throw new AppError('bad-input', `the ${name} has ${bytes} bytes; at most ${limits.promptBytes} are allowed`);
  return instruction;
}
