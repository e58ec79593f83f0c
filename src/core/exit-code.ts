import { type AppError, isFault, unreachable } from './error.ts';

/** Exit codes of the program; documented in docs/headless.md. */
export const exitCodes = { done: 0, failed: 1, usage: 2, childrenCut: 3, budget: 4, wrongNode: 78 } as const;

/** 2 for what the caller must put right (words, files, names), 1 for what failed at work. */
export function exitCodeOf(error: unknown): number {
  return isFault(error) ? codeOfFault(error.fault) : exitCodes.failed;
}

function codeOfFault(fault: AppError['fault']): number {
  switch (fault) {
    case 'usage':
    case 'bad-input':
    case 'not-found':
      return exitCodes.usage;
    case 'budget':
      return exitCodes.budget;
    case 'denied':
    case 'conflict':
    case 'fenced':
    case 'timeout':
    case 'provider':
    case 'store':
      return exitCodes.failed;
    default:
      return unreachable(fault);
  }
}
