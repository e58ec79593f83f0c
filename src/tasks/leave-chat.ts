import type { OnExit } from '../core/on-exit.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import type { OpenChat } from './open-chat.ts';
import { openTasks } from './open-chat.ts';
import type { Program } from './program.ts';
import { stopTask } from './stop-task.ts';

/** What becomes of tasks that still run when a chat is left (S17). */
export type OnLeave = Exclude<OnExit, 'ask'>;

/** What is done where nobody can be asked. */
export function unasked({ onExit }: Pick<Program, 'onExit'>): OnLeave {
  return onExit === 'ask' ? 'park' : onExit;
}

export function parseOnLeave(line: string): OnLeave | undefined {
  const word = line.trim().toLowerCase();
  if (word === 'k' || word === 'keep') return 'keep';
  if (word === 'p' || word === 'park') return 'park';
  return word === 's' || word === 'stop' ? 'stop' : undefined;
}

/** Leaves a chat: its tasks end, wait for the next opening, or go on in a process of their own. Returns a line that says so, if there were any. */
export async function leave(program: Program, open: OpenChat, how: OnLeave): Promise<string | undefined> {
  const { store } = program;
  const { chatId } = open.session;
  const tasks = await openTasks(store, chatId);
  const count = `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`;
  if (how === 'stop') {
    await store.write(async tx => {
      for (const task of tasks) await stopTask(open.working.deps, tx, task.id, 'stopped on leaving the chat', 'main');
    });
  }
  await open.close();
  await forgetEmpty(program, open);
  if (tasks.length === 0) return undefined;
  if (how === 'stop') return `${count} stopped.`;
  if (how === 'park') return `${count} parked; they go on when the chat is opened again.`;
  const { pid, log } = await program.detach(['worker', '--chat', chatId, '--until-idle']);
  return `${count} kept at work by process ${pid}, which says what it does in ${log}`;
}

/** A chat in which nothing was ever said, and that no schedule was given, is none to go on with, whatever was permitted in it. */
async function forgetEmpty({ store }: Program, { session }: OpenChat): Promise<void> {
  await store.write(async tx => {
    const chat = await tx.chat(session.chatId);
    if (!chat || (await tx.pending(chat.id, 'main')).length > 0) return;
    const isEmpty = chat.lastSeq === 1 || (await holdsOnlyChanges(tx, chat));
    if (!isEmpty || (await tx.countTasks({ chatId: chat.id })) > 0) return;
    if ((await tx.scheduleChats()).some(({ chatId }) => chatId === chat.id)) return;
    await tx.deleteChat(chat.id);
  });
}

async function holdsOnlyChanges(reader: Reader, { id, lastSeq }: Chat): Promise<boolean> {
  const [second] = await reader.entries(id, { after: 1, limit: 1 });
  if (second?.type !== 'policy:changed') return false;
  const changes = await reader.entries(id, { lane: 'main', type: 'policy:changed', after: 1 });
  return changes.length === lastSeq - 1;
}
