import type { SlashCommand } from '../../terminal/slash/command.ts';
import { task as taskCommand } from '../../terminal/slash/task.ts';
import { tasks as tasksCommand } from '../../terminal/slash/tasks.ts';
import type { Desk } from '../desk.ts';
import { openTaskPanel } from '../tasks/open-panel.ts';

export const tasks: SlashCommand<Desk> = {
  ...tasksCommand,
  summary: 'the tasks of this chat: read, stop, message, retry (Ctrl+T)',
  run: openTaskPanel,
};

export const task: SlashCommand<Desk> = {
  ...taskCommand,
  run: (desk, rest) => (rest === '' ? openTaskPanel(desk) : taskCommand.run(desk, rest)),
};
