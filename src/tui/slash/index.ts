import { agents } from './agents.ts';
import { fork, newChat, rename, resume } from './chats.ts';
import type { SlashCommand } from './command.ts';
import { context, cost } from './figures.ts';
import { help, keys } from './help.ts';
import { model } from './models.ts';
import { copy, diff, doctor, exportChat } from './output.ts';
import { mode, permissions } from './permissions.ts';
import { quit } from './quit.ts';
import { background, stop, task, tasks } from './tasks.ts';
import { theme } from './theme.ts';

/** What can be said with a slash, in the order in which it is shown. */
export const slashCommands: readonly SlashCommand[] = [
  help,
  keys,
  task,
  tasks,
  background,
  stop,
  agents,
  model,
  mode,
  permissions,
  context,
  cost,
  newChat,
  resume,
  rename,
  fork,
  diff,
  exportChat,
  copy,
  theme,
  doctor,
  quit,
];
