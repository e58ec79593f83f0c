import type { Command } from 'commander';
import { runSchedule } from '../../tasks/fire-schedule.ts';
import { hasWorker } from '../../tasks/live-workers.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, printJson } from '../output.ts';
import { findSchedule } from './find.ts';

export function runScheduleCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'run', 'Run a schedule now, enabled or not. When it is due next does not change.')
    .argument('<name>', 'name or id of the schedule')
    .option('--json', 'print the task as JSON');
  withExamples(command, [
    ['legwork schedules run news', ''],
    ['legwork tasks wait "$(legwork schedules run news --json | jq -r .id)"', 'until it has ended'],
  ]).action(async (name: string, given: { json?: boolean }) => {
    const program = await context.open();
    const task = await runSchedule(program, await findSchedule(program.store, name), program.user);
    if (given.json) return printJson(context.io, taskJson(task));
    await context.io.out(
      fields([
        ['task', task.id],
        ['status', task.status],
        ['chat', task.chatId],
      ]),
    );
    if (!(await hasWorker(program))) context.io.err('legwork: nothing runs tasks now; `legwork worker` does\n');
  });
}
