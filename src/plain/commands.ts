import { agents } from '../terminal/slash/agents.ts';
import { bg } from '../terminal/slash/bg.ts';
import type { SlashCommand } from '../terminal/slash/command.ts';
import { context } from '../terminal/slash/context.ts';
import { cost } from '../terminal/slash/cost.ts';
import { doctor } from '../terminal/slash/doctor.ts';
import { exportChat } from '../terminal/slash/export.ts';
import { fork } from '../terminal/slash/fork.ts';
import { helpCommand } from '../terminal/slash/help.ts';
import { mode } from '../terminal/slash/mode.ts';
import { model } from '../terminal/slash/model.ts';
import { newChat } from '../terminal/slash/new.ts';
import { permissions } from '../terminal/slash/permissions.ts';
import { quit } from '../terminal/slash/quit.ts';
import { rename } from '../terminal/slash/rename.ts';
import { resume } from '../terminal/slash/resume.ts';
import { stop } from '../terminal/slash/stop.ts';
import { task } from '../terminal/slash/task.ts';
import { tasks } from '../terminal/slash/tasks.ts';

/** The commands of the plain face: all that answer in lines. */
export const slashCommands: readonly SlashCommand[] = [
  helpCommand({
    commands: () => slashCommands,
    hints: [
      'Enter sends, also while work goes on; Alt+Enter begins a new line; ↑ and ↓ bring back what you wrote.',
      'Ctrl+C interrupts the turn and leaves the background alone; twice leaves. A line that begins with // is sent with one slash.',
    ],
  }),
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
  exportChat,
  doctor,
  quit,
];
