import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';
import { checkPlaybookCommand } from './playbook/check.ts';
import { runPlaybookCommand } from './playbook/run.ts';

/** `legwork playbook …`: scripts that stand in for a model (docs/playbook.md). */
export function playbookCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'playbook', 'Rehearse and check playbooks: scripts that stand in for a model.');
  for (const add of [runPlaybookCommand, checkPlaybookCommand]) add(group, context);
  return withExamples(group, [
    ['legwork playbook check demo.yaml', 'exit code 2 when it has errors'],
    ['legwork playbook run demo.yaml --input "hello"', 'what it would answer'],
    ['legwork -p --model playbook/demo.yaml "hello"', 'work with it'],
  ]);
}
