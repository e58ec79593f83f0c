import { type Command, Option } from 'commander';
import { AppError } from '../../core/error.ts';
import type { TaskStatus } from '../../core/task-status.ts';
import type { Task } from '../../store/rows.ts';
import type { Reader } from '../../store/store.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { endBeforeDeletion } from '../../tasks/delete-tasks.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { Program } from '../../tasks/program.ts';
import { isAbandoned } from '../../tasks/stale-worker.ts';
import { idleDeps } from '../../tasks/working.ts';
import { audit } from '../audit.ts';
import type { CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { parseMoment } from '../moment.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';
import { taskStatuses } from '../statuses.ts';

type Given = { chat?: string; status?: TaskStatus; before?: string; all?: boolean; force?: boolean; json?: boolean };

export function clearCommand(group: Command, context: CommandContext): void {
  const clearable = taskStatuses.filter(status => status !== 'running');
  const command = addCommand(
    group,
    'clear',
    'Delete tasks. What they wrote stays in the log of their chat; what works for them is stopped.',
  )
    .option('--chat <id>', 'of this chat')
    .addOption(new Option('--status <status>', 'of this status').choices(clearable))
    .option('--before <time>', 'made before: 2026-11-21, or a span like 30d')
    .option('--all', 'every one that does not run')
    .option('--force', 'do not ask')
    .option('--json', 'print what was deleted');
  command.addHelpText('after', '\nTasks that run, and those that schedules made, are never deleted.');
  withExamples(command, [
    ['legwork tasks clear --status completed --before 30d', ''],
    ['legwork tasks clear --all --force', 'for scripts'],
  ]).action(async (given: Given) => {
    const isFiltered = given.chat !== undefined || given.status !== undefined || given.before !== undefined;
    if (!isFiltered && !given.all) throw new AppError('usage', 'which ones? give --chat, --status, --before, or --all');
    const program = await context.open();
    const select = await selector(program, given);
    const found = await select(program.store);
    const isWanted =
      found.length > 0 &&
      (given.force ||
        (await confirm(context.io, `Delete ${count(found.length)}?`, 'add --force to delete without asking')));
    const deleted = isWanted ? await remove(program, select) : [];
    if (given.json) return printJson(context.io, { deleted: deleted.map(task => task.id) });
    await context.io.out(`${count(deleted.length)} deleted\n`);
  });
}

type Select = (reader: Reader) => Promise<Task[]>;

async function selector(program: Program, given: Given): Promise<Select> {
  const chat = given.chat === undefined ? undefined : await findChat(program.store, given.chat);
  const now = program.base.clock.now();
  const before = given.before === undefined ? undefined : parseMoment(given.before, '--before', now, 'ago');
  const statuses = given.status === undefined ? undefined : [given.status];
  return async reader => {
    const running = statuses?.includes('parked') ? (['running'] as const) : [];
    const rows = await reader.tasks({ chatId: chat?.id, statuses: statuses && [...statuses, ...running] });
    const tasks = await asTheyStand(program, rows, isAbandoned);
    return tasks.filter(
      task =>
        task.status !== 'running' && task.origin !== 'schedule' && (before === undefined || task.createdAt < before),
    );
  };
}

/** Selects again in the transaction that deletes: what began to run meanwhile stays. */
function remove(program: Program, select: Select): Promise<Task[]> {
  return program.store.write(async tx => {
    const tasks = await select(tx);
    await endBeforeDeletion(idleDeps(program.base), tx, tasks);
    await tx.deleteTasks(tasks.map(task => task.id));
    for (const task of tasks) await audit(program, tx, 'task:deleted', { taskId: task.id, chatId: task.chatId });
    return tasks;
  });
}

function count(tasks: number): string {
  return tasks === 1 ? '1 task' : `${tasks} tasks`;
}
