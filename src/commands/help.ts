import type { Command } from 'commander';
import type { AppError } from '../core/error.ts';
import type { CommandContext, Subcommand } from './command.ts';
import { unknownName } from './misspelt.ts';
import { newCommand, withExamples } from './new-command.ts';

/** `legwork help [subcommand [command]]`: the same as `--help` there. */
export function helpCommand(context: CommandContext, subcommands: readonly Subcommand[]): Command {
  const command = newCommand(
    context.io,
    'help',
    'Show the help of the program, of a subcommand or of a command of one.',
  ).argument('[name...]', 'like tasks add');
  return withExamples(command, [['legwork help tasks add', '']]).action(async (names: string[]) => {
    const [first, ...rest] = names;
    if (first === undefined) return context.main().outputHelp();
    const subcommand = subcommands.find(one => one.name === first);
    if (!subcommand)
      throw unknownName(
        'subcommand',
        first,
        subcommands.map(one => one.name),
      );
    const build = await subcommand.load();
    let shown = build(context);
    for (const name of rest) {
      const next = shown.commands.find(one => one.name() === name);
      if (!next) throw unknownCommand(shown, name);
      shown = next;
    }
    shown.outputHelp();
  });
}

function unknownCommand(group: Command, name: string): AppError {
  return unknownName(
    `command of ${group.name()}`,
    name,
    group.commands.map(one => one.name()),
  );
}
