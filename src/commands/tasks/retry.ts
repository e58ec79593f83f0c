import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import { retryAsked } from '../../tasks/asked.ts';
import { findTasks } from '../../tasks/find-task.ts';
import { type BudgetGiven, budgetOf, withBudgetOptions } from '../budget-options.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

type Given = BudgetGiven & { json?: boolean };

export function retryCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'retry',
    'Try tasks again that failed, were stopped or are parked; what they did is kept.',
  ).argument('<id...>', 'tasks to retry');
  withBudgetOptions(command).option('--json', 'print an array of the tasks');
  withExamples(command, [
    ['legwork tasks retry 4f7k2m9x', 'goes on where it stood, as a new attempt'],
    ['legwork tasks retry 4f7k2m9x --budget-usd 5', 'goes on although its budget was used up'],
  ]).action(async (ids: string[], given: Given) => {
    const program = await context.open();
    const asked = await findTasks(program.store, ids);
    const retried = await retryAsked({ ...program, from: 'cli' }, asked, budgetOf(given));
    if (!given.json) return context.io.out(retried.map(({ id, status }) => `${shortId(id)}  ${status}\n`).join(''));
    const tasks = await findTasks(
      program.store,
      asked.map(task => task.id),
    );
    await printJson(context.io, tasks.map(taskJson));
  });
}
