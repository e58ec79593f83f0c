import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';
import { addTaskCommand } from './tasks/add.ts';
import { clearCommand } from './tasks/clear.ts';
import { listCommand } from './tasks/list.ts';
import { logCommand } from './tasks/log.ts';
import { retryCommand } from './tasks/retry.ts';
import { sendCommand } from './tasks/send.ts';
import { showCommand } from './tasks/show.ts';
import { statsCommand } from './tasks/stats.ts';
import { stopCommand } from './tasks/stop.ts';
import { transcriptCommand } from './tasks/transcript.ts';
import { updateCommand } from './tasks/update.ts';
import { waitCommand } from './tasks/wait.ts';

/** `legwork tasks …`: everything about tasks from outside of a conversation. */
export function tasksCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'tasks', 'Add tasks, and see, steer and end those that there are.');
  for (const add of [
    addTaskCommand,
    listCommand,
    showCommand,
    logCommand,
    transcriptCommand,
    waitCommand,
    stopCommand,
    sendCommand,
    retryCommand,
    updateCommand,
    clearCommand,
    statsCommand,
  ])
    add(group, context);
  return withExamples(group, [
    ['legwork tasks add "summarise the open issues"', 'make a task'],
    ['legwork tasks list', 'what there is'],
    ['legwork tasks wait 4f7k2m9x', 'exit code 0 when it completed'],
  ]);
}
