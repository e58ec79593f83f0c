import { AppError } from '../core/error.ts';
import type { Io } from '../core/ports.ts';

/** Asks at the terminal; anything but yes is no. Without a terminal there is nobody to ask: AppError `usage` that names the way round. */
export async function confirm(io: Io, question: string, wayRound: string): Promise<boolean> {
  if (!io.isInTerminal || !io.isErrTerminal)
    throw new AppError('usage', `${question} Nobody is there to ask; ${wayRound}`);
  io.err(`${question} [y/N] `);
  for await (const chunk of io.input()) return /^y(es)?\s*$/i.test(chunk);
  return false;
}
