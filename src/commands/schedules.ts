import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';
import { addScheduleCommand } from './schedules/add.ts';
import { disableCommand, enableCommand } from './schedules/enable.ts';
import { listSchedulesCommand } from './schedules/list.ts';
import { removeScheduleCommand } from './schedules/remove.ts';
import { runScheduleCommand } from './schedules/run.ts';
import { showScheduleCommand } from './schedules/show.ts';

/** `legwork schedules …`: what makes tasks when they are due. */
export function schedulesCommand(context: CommandContext): Command {
  const group = newCommand(
    context.io,
    'schedules',
    'Make tasks at set times. Workers and open conversations fire them, each due time once.',
  );
  for (const add of [
    addScheduleCommand,
    listSchedulesCommand,
    showScheduleCommand,
    runScheduleCommand,
    enableCommand,
    disableCommand,
    removeScheduleCommand,
  ])
    add(group, context);
  return withExamples(group, [
    ['legwork schedules add news "0 9 * * 1-5" "What is new in the issues?"', ''],
    ['legwork schedules list', 'what is due next'],
    ['legwork schedules show news', 'its next times and last runs'],
  ]);
}
