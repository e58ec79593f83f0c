import type { Command } from 'commander';
import { checkAgentsCommand } from './agents/check.ts';
import { listAgentsCommand } from './agents/list.ts';
import { newAgentCommand } from './agents/new.ts';
import { showAgentCommand } from './agents/show.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';

/** `legwork agents …`. */
export function agentsCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'agents', 'List, show, write and check agent definitions.');
  for (const add of [listAgentsCommand, showAgentCommand, newAgentCommand, checkAgentsCommand]) add(group, context);
  return withExamples(group, [
    ['legwork agents list', 'what can be delegated to'],
    ['legwork agents new reviewer', 'begin a definition of your own'],
    ['legwork agents check', 'exit code 1 when a file has errors'],
  ]);
}
