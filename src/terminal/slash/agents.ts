import { problemLine } from '../../agents/report.ts';
import type { AgentDefinition, DefinitionProblem } from '../../core/agent.ts';
import { visible } from '../../core/visible.ts';
import type { Look } from '../look.ts';
import { rowsOf } from '../rows.ts';
import { clip } from '../width.ts';
import type { SlashCommand } from './command.ts';

/** Rows of a description. */
const descriptionRows = 2;

export const agents: SlashCommand = {
  name: 'agents',
  takes: '',
  summary: 'the subagents there are, and what is wrong with files that hold none',
  async run({ program, story, look }) {
    const found = await program.base.agents.refresh();
    story.note([
      ...found.agents.flatMap(agent => agentRows(agent, look())),
      ...found.problems.flatMap(problem => problemRows(problem, look())),
    ]);
  },
};

function agentRows({ name, source, description }: AgentDefinition, { style, columns, glyphs }: Look): string[] {
  const from = source.kind === 'built-in' ? 'built in' : visible(source.path);
  const shown = clip(visible(name), columns - 2, glyphs.ellipsis);
  const beside = clip(from, columns - shown.length - 3, glyphs.ellipsis);
  return [
    `  ${style('accent', shown)} ${style('dim', beside)}`.trimEnd(),
    ...rowsOf(description, columns - 4)
      .slice(0, descriptionRows)
      .map(row => `    ${row}`),
  ];
}

function problemRows(problem: DefinitionProblem, { style, columns, glyphs }: Look): string[] {
  const role = problem.level === 'error' ? 'error' : 'warning';
  return rowsOf(problemLine(problem), columns - 2).map(
    (row, at) => `${at === 0 ? style(role, glyphs.warning) : ' '} ${row}`,
  );
}
