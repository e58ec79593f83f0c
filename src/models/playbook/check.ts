import { type PlaybookProblem, readPlaybook } from './parse.ts';
import type { Playbook, Rule } from './playbook.ts';

/** Everything that can be said of a file without running it, in the order of its lines. Errors keep it from running; warnings do not. */
export function checkPlaybook(source: string, path: string): readonly PlaybookProblem[] {
  const read = readPlaybook(source, path);
  const problems = read.kind === 'problems' ? read.problems : warningsOf(read.playbook);
  return problems.toSorted((a, b) => a.line - b.line);
}

function warningsOf({ rules, path, fallback }: Playbook): PlaybookProblem[] {
  const catchAll = rules.findIndex(isAlwaysTaken);
  const first = rules[catchAll];
  const warn = (line: number, message: string): PlaybookProblem => ({ path, line, level: 'warning', message });
  if (!first)
    return fallback
      ? []
      : [warn(1, 'no default: an input that no reply matches fails; add `default:` if that is not meant')];
  return rules
    .slice(catchAll + 1)
    .map(rule => warn(rule.line, `never used: the reply in line ${first.line} matches everything; move it up`));
}

const isAlwaysTaken = ({ when }: Rule): boolean => Object.values(when).every(asked => asked === undefined);
