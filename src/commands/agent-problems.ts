import { problemLine } from '../agents/report.ts';
import type { DefinitionProblem } from '../core/agent.ts';
import type { Io } from '../core/ports.ts';

/** `<path>:<line>: error: …`, a line each, to standard error (S30). */
export function printProblems(io: Io, problems: readonly DefinitionProblem[]): void {
  for (const problem of problems) io.err(`${problemLine(problem)}\n`);
}
