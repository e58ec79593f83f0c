import type { TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { idNamed, noneNamed } from './id-named.ts';

/** The task of an id or of a part of one that only one task has. AppError `not-found`, or `usage` that lists which it could be. */
export async function findTask(reader: Reader, text: string): Promise<Task> {
  const task = await reader.task(await idNamed('task', text, (part, limit) => reader.tasksLike(part, limit)));
  if (!task) throw noneNamed('task', text);
  return task;
}

export async function findTasks(reader: Reader, texts: readonly string[]): Promise<Task[]> {
  const found = new Map<TaskId, Task>();
  for (const text of texts) {
    const task = await findTask(reader, text);
    found.set(task.id, task);
  }
  return [...found.values()];
}
