import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { printable } from '../../core/printable.ts';
import type { Chat, Schedule, Task } from '../../store/rows.ts';
import type { Tx } from '../../store/store.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { failDependants } from '../../tasks/delete-tasks.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { hasEnded } from '../../tasks/lifecycle.ts';
import { sightOf } from '../../tasks/live-workers.ts';
import type { Program } from '../../tasks/program.ts';
import { isAbandoned, isGone } from '../../tasks/stale-worker.ts';
import { stopTask } from '../../tasks/stop-task.ts';
import { idleDeps } from '../../tasks/working.ts';
import { audit } from '../audit.ts';
import type { CommandContext } from '../command.ts';
import { addCommand, withExamples } from '../new-command.ts';

export function deleteChatCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'delete', 'Delete chats with their entries, tasks and transcripts; says what went.')
    .argument('<id...>', 'chats to delete')
    .option('--force', 'also while something runs in it; that is stopped');
  withExamples(command, [['legwork chats delete 4f7k2m9x', 'cannot be undone; `chats export` keeps a copy']]).action(
    async (ids: string[], given: { force?: boolean }) => {
      const program = await context.open();
      const chats = new Map<string, Chat>();
      for (const id of ids) {
        const chat = await findChat(program.store, id);
        chats.set(chat.id, chat);
      }
      for (const chat of chats.values()) {
        if (!given.force) await refuseBusy(program, chat);
        const { tasks, schedules } = await program.store.write(tx => remove(program, tx, chat));
        await removeFiles(program, chat, tasks);
        await context.io.out(
          `${shortId(chat.id)}  "${chat.title}" deleted: ${chat.lastSeq} entries, ${tasks.length} tasks\n${schedules.map(fateOf).join('')}`,
        );
      }
    },
  );
}

async function refuseBusy(program: Program, { id, title }: Chat): Promise<void> {
  const rows = await program.store.tasks({ chatId: id, statuses: ['running'] });
  const running = (await asTheyStand(program, rows, isAbandoned)).filter(task => task.status === 'running').length;
  const refuse = (what: string) =>
    new AppError('conflict', `the chat ${id} ("${title}") is not deleted: ${what}; end that first, or give --force`);
  if (running > 0) throw refuse(`${running === 1 ? 'a task runs' : `${running} tasks run`} in it`);
  const driver = (await program.store.lane(id, 'main'))?.driver;
  const worker = driver && (await program.store.worker(driver));
  const isOpen = worker !== undefined && !isGone(worker, sightOf(program));
  if (isOpen) throw refuse('a program is at work in it');
}

function fateOf({ name, ownsChat }: Schedule): string {
  const fate = ownsChat ? 'makes another chat with its next run' : 'is disabled: it ran in this chat';
  return `          the schedule "${printable(name)}" ${fate}\n`;
}

type Removed = { readonly tasks: readonly Task[]; readonly schedules: readonly Schedule[] };

/** Returns the tasks that went with it, and the schedules that ran in it. */
async function remove(program: Program, tx: Tx, { id, title }: Chat): Promise<Removed> {
  const deps = idleDeps(program.base);
  const tasks = await tx.tasks({ chatId: id });
  const schedules = (await tx.schedules()).filter(schedule => schedule.chatId === id);
  await failDependants(deps, tx, tasks);
  for (const task of tasks) if (!hasEnded(task)) await stopTask(deps, tx, task.id, 'its chat was deleted');
  await tx.deleteChat(id);
  await audit(program, tx, 'chat:deleted', { chatId: id, detail: `"${title}", ${tasks.length} tasks` });
  return { tasks, schedules };
}

/** Transcripts, and what commands left of their output. After the commit: a file without its task harms less than a task without its file. */
async function removeFiles({ base, files, stateDir }: Program, { id }: Chat, tasks: readonly Task[]): Promise<void> {
  const folders = new Set(tasks.map(task => dirname(base.transcripts.path(task))));
  folders.add(join(stateDir, 'commands', id));
  for (const folder of folders) if (await files.stat(folder)) await files.remove(folder);
}
