import type { AgentDefinition, DefinitionProblem } from '../core/agent.ts';

/** What `refresh` answers (S4): the counts, then a line for each problem. Custom: not built in. */
export function refreshReport(agents: readonly AgentDefinition[], problems: readonly DefinitionProblem[]): string {
  const custom = agents.filter(agent => agent.source.kind !== 'built-in').length;
  const errors = problems.filter(problem => problem.level === 'error').length;
  const failed = errors > 0 ? `, ${errors} error(s)` : '';
  return [
    `Refreshed subagents list: found ${agents.length} total (${custom} custom)${failed}`,
    ...problems.map(problemLine),
  ].join('\n');
}

/** `<path>:<line>: error: <message>` on one line: control, bidirectional and other invisible characters are shown as �. */
export function problemLine({ path, line, level, message }: DefinitionProblem): string {
  return `${path}:${line}: ${level}: ${message}`.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
