import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { sendAsked } from '../../tasks/asked.ts';
import { findTask } from '../../tasks/find-task.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

export function sendCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'send',
    'Send a message to a task: it reads it at its next step, or goes on if it had ended.',
  )
    .argument('<id>', 'the task')
    .argument('<message...>', 'what to tell it')
    .option('--json', 'print the task');
  withExamples(command, [['legwork tasks send 4f7k2m9x "leave the tests alone"', '']]).action(
    async (id: string, words: string[], given: { json?: boolean }) => {
      const message = words.join(' ').trim();
      if (message === '') throw new AppError('usage', 'the message is blank; say what the task is to be told');
      const program = await context.open();
      const task = await findTask(program.store, id);
      const how = await sendAsked({ ...program, from: 'cli' }, task, message);
      if (given.json) return printJson(context.io, { ...taskJson(await findTask(program.store, task.id)), how });
      const says = how === 'resumed' ? `was ${task.status} and goes on with it` : 'reads it at its next step';
      await context.io.out(`${shortId(task.id)}  ${says}\n`);
    },
  );
}
