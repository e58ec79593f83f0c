import { type Command, Option } from 'commander';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import type { TaskStatus } from '../../core/task-status.ts';
import { findTask } from '../../tasks/find-task.ts';
import { updateTask } from '../../tasks/update-task.ts';
import { reapDead } from '../../tasks/worker.ts';
import { idleDeps } from '../../tasks/working.ts';
import { collect, wholeNumber } from '../arguments.ts';
import { audit } from '../audit.ts';
import { type BudgetGiven, budgetOf, withBudgetOptions } from '../budget-options.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { parseMetadata } from '../metadata.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';
import { taskStatuses } from '../statuses.ts';

type Given = BudgetGiven & {
  metadata?: readonly string[];
  unset?: readonly string[];
  priority?: number;
  description?: string;
  status?: TaskStatus;
  json?: boolean;
};

export function updateCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'update', 'Change what is known of a task.')
    .argument('<id>', 'the task')
    .option('--metadata <key=value>', 'merged into what there is; repeatable', collect)
    .option('--unset <key>', 'take this metadata away; repeatable', collect)
    .option('--priority <n>', 'higher ones first', wholeNumber)
    .option('--description <text>', 'what people are shown');
  withBudgetOptions(command)
    .addOption(new Option('--status <status>', 'queued (retry), parked (put aside) or stopped').choices(taskStatuses))
    .option('--json', 'print the task');
  withExamples(command, [
    ['legwork tasks update 4f7k2m9x --priority 5 --metadata owner=ann', ''],
    ['legwork tasks update 4f7k2m9x --status parked', 'until `tasks retry`'],
    ['legwork tasks update 4f7k2m9x --budget-usd 5', 'also while it runs, from its next step on'],
  ]).action(async (id: string, { json, ...given }: Given) => {
    if (Object.keys(given).length === 0)
      throw new AppError(
        'usage',
        'nothing to change; give --metadata, --unset, --priority, --description, --budget-… or --status',
      );
    const metadata = given.metadata === undefined ? undefined : parseMetadata(given.metadata);
    const program = await context.open();
    const { id: taskId } = await findTask(program.store, id);
    await program.store.write(async tx => {
      await reapDead({ ...program.base, host: program.host }, tx);
      const task = await findTask(tx, taskId);
      const { unset: without, priority, description, status } = given;
      const update = { metadata, without, priority, description, status, budget: budgetOf(given) };
      await updateTask(idleDeps(program.base), tx, task, update);
      await audit(program, tx, 'task:updated', { taskId, chatId: task.chatId, detail: Object.keys(given).join(', ') });
    });
    const task = await findTask(program.store, taskId);
    if (json) return printJson(context.io, taskJson(task));
    await context.io.out(`${shortId(taskId)}  ${task.status}, changed: ${Object.keys(given).join(', ')}\n`);
  });
}
