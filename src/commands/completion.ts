import { Argument, type Command } from 'commander';
import type { CommandContext, Subcommand } from './command.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { completionTree, type Node } from './completion/tree.ts';
import { zshScript } from './completion/zsh.ts';
import { newCommand, withExamples } from './new-command.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
const shells = ['bash', 'zsh', 'fish'] as const;

/** `legwork completion <shell>`: made of the commands and options themselves. */
export function completionCommand(context: CommandContext, subcommands: readonly Subcommand[]): Command {
  const command = newCommand(
    context.io,
    'completion',
    'Print what makes a shell complete commands and options.',
  ).addArgument(new Argument('<shell>', 'your shell').choices(shells));
  return withExamples(command, [
    ['source <(legwork completion bash)', 'now; in ~/.bashrc: always'],
    ['legwork completion zsh > ~/.zfunc/_legwork', 'a folder of $fpath'],
    ['legwork completion fish > ~/.config/fish/completions/legwork.fish', ''],
  ]).action(async (shell: (typeof shells)[number]) => {
    const root = await completionTree(context, subcommands);
    await context.io.out(scripts[shell](withPaths(root)));
  });
}

/** Every node with the words that lead to it, like `/tasks/add`; the program itself has the empty path. */
function withPaths(node: Node, path = ''): { readonly path: string; readonly node: Node }[] {
  return [{ path, node }, ...node.commands.flatMap(child => withPaths(child, `${path}/${child.name}`))];
}
