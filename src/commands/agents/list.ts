import type { Command } from 'commander';
import type { AgentDefinition } from '../../core/agent.ts';
import { printProblems } from '../agent-problems.ts';
import type { CommandContext } from '../command.ts';
import { agentJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson, tableWidth } from '../output.ts';
import { type Column, table } from '../table.ts';

export function listAgentsCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'list',
    'List the agents of this directory; what is wrong with files goes to standard error.',
  ).option('--json', 'print an array');
  withExamples(command, [["legwork agents list --json | jq -r '.[].name'", '']]).action(
    async (given: { json?: boolean }) => {
      const program = await context.open();
      const { agents, problems } = await program.base.agents.list();
      if (given.json) await printJson(context.io, agents.map(agentJson));
      else await context.io.out(table(columns, agents.map(row), tableWidth(context.io)));
      printProblems(context.io, problems);
    },
  );
}

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'FROM' },
  { title: 'MODEL' },
  { title: 'TOOLS', isWide: true },
  { title: 'DESCRIPTION', isWide: true },
];

function row(agent: AgentDefinition) {
  const tools = agent.tools === 'all' ? 'all' : agent.tools.join(', ');
  return [agent.name, agent.source.kind, agent.model, tools, agent.description].map(text => ({ text }));
}
