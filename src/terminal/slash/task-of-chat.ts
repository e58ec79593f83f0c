import { AppError } from '../../core/error.ts';
import type { Task } from '../../store/rows.ts';
import { findTask } from '../../tasks/find-task.ts';
import type { Stage } from './stage.ts';

/** The task of this chat that an id, or a part of one, names. AppError `not-found`, or `usage` that lists which it could be. */
export async function taskOfChat({ program, chatId }: Pick<Stage, 'program' | 'chatId'>, name: string): Promise<Task> {
  const task = await findTask(program.store, name);
  if (task.chatId !== chatId)
    throw new AppError('not-found', `task ${name} is of another chat; /tasks shows those of this one`);
  return task;
}
