import type { TaskId } from '../core/ids.ts';
import type { Reader, Tx } from '../store/store.ts';
import { endTask } from './end-task.ts';
import type { TaskDeps } from './task-deps.ts';

/** What an agent had said by now in its lane: the newest answer with text. */
export async function partialReport(
  reader: Reader,
  chatId: Parameters<Reader['entries']>[0],
  id: TaskId,
): Promise<string | undefined> {
  const entries = await reader.entries(chatId, { lane: id });
  const last = entries.findLast(
    entry => (entry.type === 'model:answered' || entry.type === 'model:broke-off') && entry.text.trim() !== '',
  );
  return last && 'text' in last ? last.text : undefined;
}

/**
 * Ends a task and everything under it as `stopped`, in the given transaction; its runner, wherever it is, hears of it and can write nothing more.
 * Sends no notification: who stops a task knows. False when it had ended already.
 */
export async function stopTask(deps: TaskDeps, tx: Tx, id: TaskId, message: string): Promise<boolean> {
  const task = await tx.task(id);
  if (!task) return false;
  const partial = await partialReport(tx, task.chatId, id);
  return endTask(
    deps,
    tx,
    id,
    task.attempt,
    { kind: 'stopped', message, ...(partial === undefined ? {} : { partial }) },
    'nobody',
  );
}
