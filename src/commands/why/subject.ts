import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { nearest } from '../../core/nearest.ts';
import type { Chat, Task } from '../../store/rows.ts';
import type { Reader } from '../../store/store.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { findTask } from '../../tasks/find-task.ts';

/** What a person asks about. `lane`: a main lane without the tasks of its chat. */
export type Subject =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'chat' | 'lane'; readonly chat: Chat };

/** Newest ids that are looked through for the one that was probably meant. */
const recent = 200;

/** The task or chat of an id, a part of one, or `<chat>/<lane>`. AppError `not-found` with the nearest, or `usage` when it could be several. */
export async function findSubject(reader: Reader, text: string): Promise<Subject> {
  const slash = text.indexOf('/');
  if (slash >= 0) return inChat(reader, await findChat(reader, text.slice(0, slash)), text.slice(slash + 1));
  const part = text.replace(/^(task|chat)_/, '').toLowerCase();
  const isPart = /^[0-9a-z]{3,26}$/.test(part);
  const tasks = isPart && !text.startsWith('chat_') ? await reader.tasksLike(part, 2) : [];
  const chats = isPart && !text.startsWith('task_') ? await reader.chatsLike(part, 2) : [];
  if (tasks.length > 0 && chats.length > 0)
    throw new AppError('usage', `"${text}" could be a task or a chat: ${[...tasks, ...chats].join(', ')}`);
  if (tasks.length > 0) return { kind: 'task', task: await findTask(reader, text) };
  if (chats.length > 0) return { kind: 'chat', chat: await findChat(reader, text) };
  throw new AppError('not-found', `there is no task or chat "${text}"; ${await hint(reader, part)}`);
}

async function inChat(reader: Reader, chat: Chat, lane: string): Promise<Subject> {
  if (lane === 'main') return { kind: 'lane', chat };
  const task = await findTask(reader, lane);
  if (task.chatId === chat.id) return { kind: 'task', task };
  throw new AppError('not-found', `task ${task.id} is of chat ${task.chatId}, not of ${chat.id}`);
}

async function hint(reader: Reader, part: string): Promise<string> {
  const tasks = await reader.tasks({ newestFirst: true, limit: recent });
  const chats = await reader.chats({ limit: recent });
  const close = nearest(
    part.slice(-8),
    [...tasks, ...chats].map(({ id }) => shortId(id)),
  );
  return close === undefined
    ? '`legwork tasks list` and `legwork chats list` show what there is'
    : `did you mean "${close}"?`;
}
