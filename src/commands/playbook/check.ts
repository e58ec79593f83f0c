import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import type { Program } from '../../tasks/program.ts';
import type { CommandContext } from '../command.ts';
import { problemJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

export function checkPlaybookCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'check',
    'Say everything that is wrong with a playbook; exit code 2 when it has errors.',
  )
    .argument('<file>', 'a .yaml file')
    .option('--json', 'print an array of the problems');
  withExamples(command, [['legwork playbook check demo.yaml', '']]).action(
    async (file: string, given: { json?: boolean }) => {
      const program = await context.open();
      const source = await readPlaybookFile(program, file);
      const { checkPlaybook } = await import('../../models/playbook/check.ts');
      const problems = checkPlaybook(source, file);
      const errors = problems.filter(problem => problem.level === 'error').length;
      if (given.json) await printJson(context.io, problems.map(problemJson));
      else
        for (const { path, line, level, message } of problems)
          context.io.err(`${path}:${line}: ${level}: ${message}\n`);
      if (!given.json) await context.io.out(errors > 0 ? `${errors} error(s) in ${file}\n` : `${file}: no errors\n`);
      if (errors > 0) context.exit(2);
    },
  );
}

/** At most one byte more than is allowed: the parser says what is too long. */
async function readPlaybookFile({ files, workspace, limits }: Program, file: string): Promise<string> {
  const path = resolve(workspace, file);
  const stat = await files.stat(path);
  if (stat?.kind !== 'file')
    throw new AppError('not-found', `${file}: ${stat ? `a ${stat.kind}, not a file` : 'there is no such file'}`);
  const bytes = await files.readBytes(path, { maxBytes: limits.playbookBytes + 1 });
  return new TextDecoder().decode(bytes);
}
