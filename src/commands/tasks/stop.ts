import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import type { Task } from '../../store/rows.ts';
import { stopAsked } from '../../tasks/asked.ts';
import { findTasks } from '../../tasks/find-task.ts';
import type { Program } from '../../tasks/program.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

export function stopCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'stop', 'Stop tasks and everything under them, wherever they run.')
    .argument('<id...>', 'tasks to stop')
    .option('--json', 'print an array of the tasks');
  withExamples(command, [
    ['legwork tasks stop 4f7k2m9x', 'what it had said by then is kept'],
    ["legwork tasks list --status open --json | jq -r '.[].id' | xargs legwork tasks stop", 'stop all'],
  ]).action(async (ids: string[], given: { json?: boolean }) => {
    const program = await context.open();
    const asked = await findTasks(program.store, ids);
    const lines: string[] = [];
    for (const task of asked) lines.push(await stop(program, task));
    if (!given.json) return context.io.out(lines.join(''));
    const tasks = await findTasks(
      program.store,
      asked.map(task => task.id),
    );
    await printJson(context.io, tasks.map(taskJson));
  });
}

async function stop(program: Program, task: Task): Promise<string> {
  const { isStopped, under } = await stopAsked({ ...program, from: 'cli' }, task);
  if (!isStopped) return `${shortId(task.id)}  had already ended: ${task.status}\n`;
  return `${shortId(task.id)}  stopped${under > 0 ? `, with ${under} under it` : ''}\n`;
}
