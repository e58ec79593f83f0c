import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseDefinition } from '../../agents/definition.ts';
import type { DefinitionProblem } from '../../core/agent.ts';
import { AppError } from '../../core/error.ts';
import { toolNames } from '../../core/tool-names.ts';
import type { Program } from '../../tasks/program.ts';
import { printProblems } from '../agent-problems.ts';
import type { CommandContext } from '../command.ts';
import { problemJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

export function checkAgentsCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'check', 'Check definition files; exit code 1 when one has an error.')
    .argument('[path...]', 'files; without them all that count in this directory')
    .option('--json', 'print an array of the problems');
  withExamples(command, [
    ['legwork agents check', ''],
    ['legwork agents check .letta/agents/reviewer.md', ''],
  ]).action(async (paths: string[], given: { json?: boolean }) => {
    const program = await context.open();
    const { problems, what } = paths.length > 0 ? await checkFiles(program, paths) : await checkAll(program);
    if (given.json) await printJson(context.io, problems.map(problemJson));
    else printProblems(context.io, problems);
    const errors = problems.filter(problem => problem.level === 'error').length;
    if (!given.json) await context.io.out(errors > 0 ? `${errors} error(s) in ${what}\n` : `${what}: no errors\n`);
    if (errors > 0) context.exit(1);
  });
}

type Checked = { readonly problems: readonly DefinitionProblem[]; readonly what: string };

async function checkAll({ base }: Program): Promise<Checked> {
  const { agents, problems } = await base.agents.refresh();
  return { problems, what: `${agents.length} agents` };
}

async function checkFiles({ files, workspace, home, limits }: Program, paths: readonly string[]): Promise<Checked> {
  const problems: DefinitionProblem[] = [];
  for (const given of paths) {
    const path = resolve(workspace, given);
    const stat = await files.stat(path);
    if (stat?.kind !== 'file')
      throw new AppError('not-found', `${given}: ${stat ? `a ${stat.kind}, not a file` : 'there is no such file'}`);
    const content = await files.readBytes(path, { maxBytes: limits.definitionBytes + 1 });
    const kind = path.startsWith(`${home}/.letta/`) ? 'user' : 'project';
    problems.push(...(await parseDefinition(given, content, { knownTools: toolNames, kind })).problems);
  }
  return { problems, what: paths.length === 1 ? '1 file' : `${paths.length} files` };
}
