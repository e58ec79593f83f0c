import type { Command } from 'commander';
import type { CommandContext, Subcommand } from '../command.ts';

export type Node = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionNode[];
  readonly commands: readonly Node[];
  /** What its argument can be, where that is a fixed list. */
  readonly words: readonly string[];
};
export type OptionNode = {
  /** `--json`, `-f`. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
};
export type Places = readonly { readonly path: string; readonly node: Node }[];

/** All commands and options of the program, read from what parses them. */
export async function completionTree(context: CommandContext, subcommands: readonly Subcommand[]): Promise<Node> {
  const loaded = await Promise.all(subcommands.map(async one => ({ ...one, build: await one.load() })));
  const commands = loaded.map(({ name, summary, build }) => ({ ...nodeOf(build(context)), name, summary }));
  return { ...nodeOf(context.main()), commands };
}

function nodeOf(command: Command): Node {
  const options = command.options.map(({ short, long, description, required, optional, argChoices }) => ({
    flags: [long, short].filter(flag => flag !== undefined),
    summary: description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  }));
  const help: OptionNode = { flags: ['--help', '-h'], summary: 'show the help', takesValue: false, choices: [] };
  return {
    name: command.name(),
    summary: command.description(),
    options: [...options, help],
    commands: command.commands.map(nodeOf),
    words: command.registeredArguments.flatMap(argument => argument.argChoices ?? []),
  };
}
