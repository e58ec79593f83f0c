import type { SlashCommand } from './command.ts';
import { actOnTask } from './task-verbs.ts';

export const stop: SlashCommand = {
  name: 'stop',
  takes: '<id>',
  summary: 'ends a task and everything under it',
  run: (stage, id) => actOnTask(stage, 'stop', id, ''),
};
