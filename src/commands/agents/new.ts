import { join } from 'node:path';
import type { Command } from 'commander';
import type { AgentDefinition } from '../../core/agent.ts';
import { AppError } from '../../core/error.ts';
import type { CommandContext } from '../command.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { findAgent } from './find.ts';

type Given = { user?: boolean; from?: string };

export function newAgentCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'new',
    'Write a commented definition file to begin with; never over one that is there.',
  )
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .option('--user', 'for all of your projects: ~/.letta/agents')
    .option('--from <agent>', 'begin with the prompt and tools of this agent');
  withExamples(command, [
    ['legwork agents new reviewer', '.letta/agents/reviewer.md'],
    ['legwork agents new scout --from explore --user', ''],
  ]).action(async (name: string, given: Given) => {
    if (!/^[a-z][a-z0-9-]*$/.test(name))
      throw new AppError(
        'usage',
        `"${name}" cannot be a name: lower-case letters, digits and hyphens, beginning with a letter`,
      );
    const program = await context.open();
    const from = given.from === undefined ? undefined : await findAgent(program, given.from);
    const folder = join(given.user ? program.home : program.workspace, '.letta', 'agents');
    const path = join(folder, `${name}.md`);
    if (await program.files.stat(path))
      throw new AppError('usage', `${path} is there already; choose another name, or edit it`);
    await program.files.makeDirectory(folder);
    await program.files.writeAtomic(path, definitionText(name, from));
    await context.io.out(`${path}\n`);
    context.io.err(`legwork: edit it, then \`legwork agents check ${path}\`\n`);
  });
}

function definitionText(name: string, from: AgentDefinition | undefined): string {
  const lines = [
    '---',
    `name: ${name}`,
    '# When to use it: other agents choose by this sentence.',
    `description: ${JSON.stringify(from?.description ?? 'Say here when this agent is to be used, and for what not.')}`,
    '# Names or patterns like Bash(git *); all: every tool that the parent has.',
    `tools: ${from === undefined || from.tools === 'all' ? 'all' : JSON.stringify(from.tools)}`,
    from && from.disallowedTools.length > 0
      ? `disallowedTools: ${JSON.stringify(from.disallowedTools)}`
      : '# disallowedTools: Write, Edit',
    '# inherit: the model of the parent; or a handle of `legwork models list`.',
    `model: ${JSON.stringify(from?.model ?? 'inherit')}`,
    from?.permissionMode
      ? `permissionMode: ${from.permissionMode}`
      : '# permissionMode: plan   # plan, ask or accept-edits; can only narrow',
    from?.background === undefined
      ? '# background: true      # does not keep the parent waiting'
      : `background: ${from.background}`,
    from?.context === undefined
      ? '# context: fork         # sees the conversation of the parent'
      : `context: ${from.context}`,
    from?.maxTurns === undefined ? '# maxTurns: 30' : `maxTurns: ${from.maxTurns}`,
    '# timeout: 10m',
    '---',
  ];
  const prompt =
    from?.prompt ?? 'You …\n\nWhat you do, and how. What your last message holds: it is all that the other agent sees.';
  return `${lines.join('\n')}\n\n${prompt.trim()}\n`;
}
