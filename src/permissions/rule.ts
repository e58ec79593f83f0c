import { AppError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import { absolutePattern } from './path-pattern.ts';
import type { Rule, RuleKind } from './policy.ts';

export type RuleContext = {
  /** Where the rule stands, for messages: a file with its line, or a flag. */
  readonly source: string;
  /** What relative path patterns start from. */
  readonly folder: string;
  readonly home: string;
  /** When given, other names are refused; names that begin with `mcp__` never are. */
  readonly knownTools?: readonly string[] | undefined;
};

/** Tools whose patterns are paths. */
export const pathTools: readonly string[] = ['Read', 'Write', 'Edit', 'Glob', 'Grep'];

/** Reads `Tool` or `Tool(pattern)`. `AppError('bad-input')` with the source and what would be right. */
export function parseRule(kind: RuleKind, text: string, context: RuleContext): Rule {
  const wrong = (why: string) => new AppError('bad-input', `${context.source}: the rule "${text}" ${why}`);
  const [, tool, pattern] = /^([A-Za-z][\w-]*\*?|\*)(?:\(([^\n]*)\))?$/.exec(text.trim()) ?? [];
  if (tool === undefined)
    throw wrong('cannot be read; write a tool name with or without a pattern, such as "Read" or "Bash(git log *)"');
  if (tool.endsWith('*') && kind === 'allow' && !tool.startsWith('mcp__'))
    throw wrong('allows every tool; name the tools, or use the permission mode "bypass"');
  if (tool.endsWith('*') && tool !== '*' && !tool.startsWith('mcp__'))
    throw wrong('has a "*" in the tool name; only "*" alone and names that begin with "mcp__" may');
  const { knownTools } = context;
  if (knownTools && tool !== '*' && !tool.startsWith('mcp__') && !knownTools.includes(tool)) {
    const guess = nearest(tool, knownTools);
    throw wrong(`names no tool; ${guess ? `did you mean "${guess}"?` : `the tools are: ${knownTools.join(', ')}`}`);
  }
  if (pattern === undefined) return { kind, tool, source: context.source };
  if (pattern.trim() === '') throw wrong(`has an empty pattern; write "${tool}" for every use of the tool`);
  if (tool === 'WebFetch' && !/^domain:[\w*.-]+$/.test(pattern.trim()))
    throw wrong('needs a pattern such as "domain:example.com" or "domain:*.example.com"');
  return { kind, tool, pattern: resolved(tool, pattern.trim(), context), source: context.source };
}

function resolved(tool: string, pattern: string, { folder, home }: RuleContext): string {
  return pathTools.includes(tool) ? absolutePattern(pattern, folder, home) : pattern;
}
