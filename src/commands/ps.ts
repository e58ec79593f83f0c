import type { Command } from 'commander';
import { limits } from '../core/limits.ts';
import { whoIsAtWork } from '../tasks/at-work.ts';
import { sightOf } from '../tasks/live-workers.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';
import { printJson } from './output.ts';
import { psJson } from './ps/json.ts';
import { psLines } from './ps/lines.ts';
import { withLogs } from './ps/logs.ts';

type Given = { all?: boolean; json?: boolean };

/** `legwork ps`: what runs where, by which process. */
export function psCommand(context: CommandContext): Command {
  const command = newCommand(context.io, 'ps', 'Show the processes of Legwork, and what each drives and runs.')
    .option('--all', `also those that have left, the newest ${limits.endedWorkersShown}`)
    .option('--json', 'print an array');
  return withExamples(command, [
    ['legwork ps', 'who runs what'],
    ["legwork ps --json | jq -r '.[].tasks[].id'", ''],
  ]).action(async ({ all, json }: Given) => {
    const program = await context.open();
    const sight = sightOf(program);
    const ended = all ? program.limits.endedWorkersShown : 0;
    const found = await withLogs(program, await whoIsAtWork(program.store, sight, ended));
    if (json)
      return printJson(
        context.io,
        found.map(one => psJson(one, program.limits, sight.now)),
      );
    if (found.length === 0) return context.io.err('legwork: no process of Legwork is there, nothing runs\n');
    await context.io.out(psLines(found, program, context.io));
  });
}
