import { AppError } from '../core/error.ts';
import type { ChatId, TaskId } from '../core/ids.ts';
import type { Chat, Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';

/** Most ids that an error lists. */
const listed = 8;

/** The task of an id or of a part of one that only one task has. AppError `not-found`, or `usage` that lists which it could be. */
export async function findTask(reader: Reader, text: string): Promise<Task> {
  const task = await reader.task(text as TaskId); // Only a lookup: an id that is none finds nothing.
  if (task) return task;
  const id = only('task', text, await candidates('task', text, (part, limit) => reader.tasksLike(part, limit)));
  return (await reader.task(id)) ?? missing('task', text);
}

export async function findTasks(reader: Reader, texts: readonly string[]): Promise<Task[]> {
  const found = new Map<TaskId, Task>();
  for (const text of texts) {
    const task = await findTask(reader, text);
    found.set(task.id, task);
  }
  return [...found.values()];
}

export async function findChat(reader: Reader, text: string): Promise<Chat> {
  const chat = await reader.chat(text as ChatId); // As above.
  if (chat) return chat;
  const id = only('chat', text, await candidates('chat', text, (part, limit) => reader.chatsLike(part, limit)));
  return (await reader.chat(id)) ?? missing('chat', text);
}

async function candidates<Id>(
  kind: 'task' | 'chat',
  text: string,
  like: (part: string, limit: number) => Promise<Id[]>,
): Promise<Id[]> {
  const part = (text.startsWith(`${kind}_`) ? text.slice(kind.length + 1) : text).toLowerCase();
  return /^[0-9a-z]{3,26}$/.test(part) ? like(part, listed + 1) : [];
}

function only<Id extends string>(kind: 'task' | 'chat', text: string, ids: readonly Id[]): Id {
  const [first, second] = ids;
  if (first === undefined) return missing(kind, text);
  if (second === undefined) return first;
  const list = `${ids.slice(0, listed).join(', ')}${ids.length > listed ? ' …' : ''}`;
  throw new AppError('usage', `"${text}" could be more than one ${kind}: ${list}`);
}

function missing(kind: 'task' | 'chat', text: string): never {
  throw new AppError('not-found', `there is no ${kind} "${text}"; \`legwork ${kind}s list\` shows what there is`);
}
