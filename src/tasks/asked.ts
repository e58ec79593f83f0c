import type { Budget } from '../core/agent.ts';
import type { TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import type { Program } from './program.ts';
import { retryTask, sendToTask } from './resume-task.ts';
import { stopTask } from './stop-task.ts';
import { moveToBackground, tasksInFront } from './to-background.ts';
import { reapDead } from './worker.ts';
import { idleDeps } from './working.ts';

/** A person who asks for something to be done to tasks, and where they do; what they did is written down (T31). */
export type Person = Pick<Program, 'store' | 'base' | 'user' | 'host'> & { readonly from: 'cli' | 'terminal' };
type Named = Pick<Task, 'id' | 'chatId'>;

/** Stops a task and what is under it; says whether it was at work, and how many under it were. */
export function stopAsked(person: Person, task: Named): Promise<{ isStopped: boolean; under: number }> {
  return person.store.write(async tx => {
    const open = (await tx.descendants(task.id)).filter(child => child.endedAt === undefined);
    const isStopped = await stopTask(idleDeps(person.base), tx, task.id, `stopped by ${person.user}`);
    if (isStopped) await note(person, tx, 'task:stopped', task);
    return { isStopped, under: open.length };
  });
}

/** Sends a message to a task; one that has ended goes on with it. */
export function sendAsked(person: Person, task: Named, text: string): Promise<'delivered' | 'resumed'> {
  return person.store.write(async tx => {
    await note(person, tx, 'task:messaged', task);
    return sendToTask(idleDeps(person.base), tx, task.id, text, { lane: 'main', author: person.user });
  });
}

/** Tries tasks again, all of them or none. AppError as of `retryTask`. */
export function retryAsked(
  person: Person,
  tasks: readonly Named[],
  budget: Budget,
): Promise<readonly { readonly id: TaskId; readonly status: 'queued' | 'waiting' }[]> {
  return person.store.write(async tx => {
    await reapDead({ ...person.base, host: person.host }, tx);
    const retried: { id: TaskId; status: 'queued' | 'waiting' }[] = [];
    for (const task of tasks) {
      const status = await retryTask(idleDeps(person.base), tx, task.id, 'retried by a person', budget);
      await note(person, tx, 'task:retried', task);
      retried.push({ id: task.id, status });
    }
    return retried;
  });
}

/** Moves a task to the background. False when no call waits for it. */
export function backgroundAsked(person: Person, task: Named): Promise<boolean> {
  return person.store.write(async tx => {
    const isMoved = await moveToBackground(person.base, tx, task.id);
    if (isMoved) await note(person, tx, 'task:backgrounded', task);
    return isMoved;
  });
}

/** Moves all that the conversation waits for to the background, and returns how many that were. */
export function backgroundAllAsked(person: Person, { chatId }: Pick<Task, 'chatId'>): Promise<number> {
  return person.store.write(async tx => {
    const tasks = await tasksInFront(tx, chatId, 'main');
    for (const task of tasks) {
      await moveToBackground(person.base, tx, task.id);
      await note(person, tx, 'task:backgrounded', task);
    }
    return tasks.length;
  });
}

function note({ base, user, from }: Person, tx: Tx, what: string, { id, chatId }: Named): Promise<void> {
  return tx.addAudit({ at: base.clock.now(), who: user, what, from, taskId: id, chatId });
}
