import { nearest } from '../core/nearest.ts';
import { errorAt, type LineProblem, warningAt } from './problem.ts';

/** Tools that other programs have: ours of the same use, or null when there is none. Read only in files written for them. */
const foreignTools: Readonly<Record<string, string | null>> = {
  Agent: 'Task',
  BashTool: 'Bash',
  KillBash: 'KillShell',
  LS: 'Glob',
  MultiEdit: 'Edit',
  ExitPlanMode: null,
  ListMcpResourcesTool: null,
  LSP: null,
  NotebookEdit: null,
  NotebookRead: null,
  ReadMcpResourceTool: null,
  Skill: null,
  SlashCommand: null,
  TodoRead: null,
  ToolSearch: null,
  WebSearch: null,
};

export type ToolListContext = {
  /** Names of all tools there are. Names that begin with `mcp__` are always accepted: their servers come later. */
  readonly knownTools: readonly string[];
  /** The file was written for another program (`.claude/agents`): tools that we lack are left out with a warning. */
  readonly isForeign: boolean;
};

export type ToolList = { readonly tools: 'all' | string[]; readonly problems: LineProblem[] };

/** Reads a YAML list or a comma list of tool names and patterns such as `Bash(git *)`. */
export function readToolList(key: string, value: unknown, line: number, context: ToolListContext): ToolList {
  const items = listItems(value);
  if (!items)
    return {
      tools: [],
      problems: [errorAt(line, `"${key}" must be a list of tool names, such as "Read, Grep, Bash(git *)"`)],
    };
  if (items.length === 1 && (items[0] === 'all' || items[0] === '*')) return { tools: 'all', problems: [] };
  const tools: string[] = [];
  const problems: LineProblem[] = [];
  for (const item of items) {
    const read = readTool(item, context);
    if ('tool' in read) tools.push(read.tool);
    if ('error' in read) problems.push(errorAt(line, `"${key}": ${read.error}`));
    if ('warning' in read) problems.push(warningAt(line, `"${key}": ${read.warning}`));
  }
  return { tools: [...new Set(tools)], problems };
}

/** The items of a YAML list of texts or of a comma list; commas inside parentheses do not separate. Undefined for anything else. */
export function listItems(value: unknown): string[] | undefined {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    if (!value.every(item => typeof item === 'string' && item.trim() !== '')) return undefined;
    return value.map(item => String(item).trim());
  }
  if (typeof value !== 'string') return undefined;
  return value
    .split(/,(?![^()]*\))/)
    .map(item => item.trim())
    .filter(item => item !== '');
}

type ReadTool = { tool: string; warning?: string } | { error: string } | { warning: string };

function readTool(item: string, { knownTools, isForeign }: ToolListContext): ReadTool {
  const [, name, pattern] = /^([A-Za-z][\w-]*|mcp__[\w*-]+)(\(.*\))?$/s.exec(item) ?? [];
  if (name === undefined) return { error: `"${item}" is not a tool name or a pattern such as "Bash(git *)"` };
  if (pattern === '()') return { error: `"${item}" has an empty pattern; write "${name}"` };
  if (name === 'all') return { error: '"all" stands alone; take the other names out' };
  if (name.startsWith('mcp__') || knownTools.includes(name)) return { tool: item };
  const own = isForeign && Object.hasOwn(foreignTools, name) ? foreignTools[name] : undefined;
  if (own === null) return { warning: `there is no "${name}" here; it is left out` };
  if (own !== undefined) return { tool: `${own}${pattern ?? ''}`, warning: `"${name}" is called "${own}" here` };
  const guess = nearest(name, knownTools);
  return {
    error: `there is no tool "${name}"; ${guess ? `did you mean "${guess}"?` : `use some of: ${knownTools.join(', ')}`}`,
  };
}
