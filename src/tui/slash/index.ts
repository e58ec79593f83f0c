import { bg } from '../../terminal/slash/bg.ts';
import type { SlashCommand } from '../../terminal/slash/command.ts';
import { context } from '../../terminal/slash/context.ts';
import { cost } from '../../terminal/slash/cost.ts';
import { doctor } from '../../terminal/slash/doctor.ts';
import { exportChat } from '../../terminal/slash/export.ts';
import { fork } from '../../terminal/slash/fork.ts';
import { helpCommand } from '../../terminal/slash/help.ts';
import { mode } from '../../terminal/slash/mode.ts';
import { newChat } from '../../terminal/slash/new.ts';
import { permissions } from '../../terminal/slash/permissions.ts';
import { quit } from '../../terminal/slash/quit.ts';
import { rename } from '../../terminal/slash/rename.ts';
import { stop } from '../../terminal/slash/stop.ts';
import type { Desk } from '../desk.ts';
import { agents } from './agents.ts';
import { copy } from './copy.ts';
import { diff } from './diff.ts';
import { keys } from './keys.ts';
import { model } from './model.ts';
import { resume } from './resume.ts';
import { task, tasks } from './tasks.ts';
import { theme } from './theme.ts';

/** What can be said with a slash, in the order in which it is shown. */
export const slashCommands: readonly SlashCommand<Desk>[] = [
  helpCommand({
    commands: () => slashCommands,
    hints: ['/keys shows what the keys do. A line that begins with // is sent with one slash.'],
  }),
  keys,
  task,
  tasks,
  stop,
  bg,
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
