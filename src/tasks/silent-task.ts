import { messageOf } from '../core/error.ts';
import type { Task } from '../store/rows.ts';
import { type NewTask, spawnTask } from './spawn.ts';
import type { TaskDeps } from './task-deps.ts';
import { waitForTask } from './wait-task.ts';

export type SilentTask = Omit<NewTask, 'isSilent' | 'isBackground' | 'notify'>;

/**
 * A task of the program itself (S24): nobody is notified of it and no list shows it. Resolves with the ended task when `onEnd` is through with it;
 * what `onEnd` throws is written to the task's transcript (S29) and does not come out of here. Rejects with the signal's reason.
 */
export async function runSilentTask(
  deps: TaskDeps,
  wanted: SilentTask,
  onEnd: (task: Task) => Promise<void>,
  signal: AbortSignal,
): Promise<Task> {
  const { task } = await deps.store.write(tx =>
    spawnTask(deps, tx, { ...wanted, isSilent: true, isBackground: true, notify: 'none' }),
  );
  const ended = await waitForTask(deps, task.id, signal);
  try {
    await onEnd(ended);
  } catch (error) {
    const text = `[onComplete error] ${messageOf(error)}`;
    await deps.store.write(tx =>
      tx.append(ended.chatId, ended.id, deps.clock.now(), [{ type: 'note:written', level: 'error', text }]),
    );
  }
  return ended;
}
