import type { Command } from 'commander';
import type { AgentDefinition } from '../../core/agent.ts';
import { duration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import type { CommandContext } from '../command.ts';
import { agentJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, printJson } from '../output.ts';
import { findAgent } from './find.ts';

export function showAgentCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'show', 'Show an agent definition as it counts here, with its prompt.')
    .argument('<name>', 'name of the agent')
    .option('--json', 'print an object');
  withExamples(command, [['legwork agents show explore', '']]).action(
    async (name: string, given: { json?: boolean }) => {
      const agent = await findAgent(await context.open(), name);
      if (given.json) return printJson(context.io, { ...agentJson(agent), prompt: agent.prompt });
      await context.io.out(drawn(agent));
    },
  );
}

function drawn(agent: AgentDefinition): string {
  const head = fields([
    ['name', agent.name],
    ['description', printable(agent.description)],
    ['from', `${agent.source.kind}, ${printable(agent.source.path)}`],
    ['tools', agent.tools === 'all' ? 'all' : agent.tools.join(', ')],
    ['without', agent.disallowedTools.length === 0 ? undefined : agent.disallowedTools.join(', ')],
    ['model', agent.model],
    ['background', agent.background?.toString()],
    ['context', agent.context],
    ['max turns', agent.maxTurns?.toString()],
    ['timeout', agent.timeoutMs === undefined ? undefined : duration(agent.timeoutMs)],
    ['budget', agent.budget === undefined ? undefined : JSON.stringify(agent.budget)],
    ['isolation', agent.isolation],
    ['permissions', agent.permissionMode],
    ['skills', agent.skills.length === 0 ? undefined : agent.skills.join(', ')],
  ]);
  return `${head}\n${printable(agent.prompt)}\n`;
}
