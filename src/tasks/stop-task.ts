import type { LaneId, TaskId } from '../core/ids.ts';
import type { Reader, Tx } from '../store/store.ts';
import { endTask } from './end-task.ts';
import type { TaskDeps } from './task-deps.ts';

/** What an agent had said by now in its lane: the newest answer with text. */
async function partialReport(
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
 * Its owner is told unless it is the owner that stops it (`by`; absent: a person or another program). False when it had ended already.
 */
export async function stopTask(deps: TaskDeps, tx: Tx, id: TaskId, message: string, by?: LaneId): Promise<boolean> {
  const task = await tx.task(id);
  if (!task) return false;
  const partial = await partialReport(tx, task.chatId, id);
  return endTask(
    deps,
    tx,
    id,
    task.attempt,
    { kind: 'stopped', message, ...(partial === undefined ? {} : { partial }), ...(by === undefined ? {} : { by }) },
    by !== undefined && by === task.parentLane ? 'nobody' : 'owner',
  );
}
