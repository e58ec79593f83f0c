import type { DefinitionProblem } from '../core/agent.ts';

export type { DefinitionProblem };

/** Something wrong at a line of one file; the path is added by whoever knows it. */
export type LineProblem = Omit<DefinitionProblem, 'path'>;

export function errorAt(line: number, message: string): LineProblem {
  return { line, level: 'error', message };
}

export function warningAt(line: number, message: string): LineProblem {
  return { line, level: 'warning', message };
}
