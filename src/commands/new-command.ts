import { Command } from 'commander';
import type { Io } from '../core/ports.ts';

/** A command or group of commands as all of ours are: errors are thrown to `main.ts`, say what would be right, and point to the help. */
export function newCommand(io: Io, name: string, summary: string): Command {
  const path = `legwork ${name}`;
  return new Command(path)
    .description(summary)
    .exitOverride()
    .configureOutput({
      writeOut: text => {
        // Help for a reader that went away is for nobody.
        io.out(text).catch(() => undefined);
      },
      writeErr: io.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'legwork: ')),
      getOutHelpWidth: () => io.columns(),
      getErrHelpWidth: () => io.columns(),
    })
    .showHelpAfterError(`(${path} --help shows what there is)`);
}

/** Adds a command to a group; it takes over the group's ways. */
export function addCommand(group: Command, name: string, summary: string): Command {
  return group
    .command(name)
    .description(summary)
    .showHelpAfterError(`(${group.name()} ${name} --help shows what there is)`);
}

/** What `--help` shows last. Each line: a command, and what it does. */
export function withExamples(command: Command, lines: readonly (readonly [command: string, does: string])[]): Command {
  const width = Math.max(...lines.map(([text]) => text.length));
  const list = lines.map(([text, does]) => `  ${does === '' ? text : `${text.padEnd(width)}  ${does}`}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${list}\n`);
}
