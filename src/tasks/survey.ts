import type { ChatId, LaneId } from '../core/ids.ts';
import type { Chat, Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { type PendingCall, readOpenTurn } from './open-turn.ts';
import { type Left, type Recovery, recoveryOf } from './recovery.ts';
import { isStale, type Sight } from './stale-worker.ts';

export type Scope = {
  readonly sight: Sight;
  /** Chats whose tasks are run here; undefined: all. */
  readonly chatIds: readonly ChatId[] | undefined;
  /** The chat whose main lane is driven here. */
  readonly drives?: Chat;
  readonly canAsk: boolean;
};

/** Looks at what others have left, before this process registers: from then on dead ones are cleared up. Reads only. */
export async function survey(reader: Reader, scope: Scope): Promise<Recovery | undefined> {
  const { sight, drives } = scope;
  const tasks = await leftTasks(reader, scope.chatIds);
  const main = drives && (await mainOf(reader, drives));
  if (tasks.length === 0 && main === undefined) return undefined;
  const workers = await reader.workers();
  const byId = new Map(workers.map(worker => [worker.id, worker]));
  const calls = new Map<LaneId, readonly PendingCall[]>(main ? [['main', main.calls]] : []);
  const seqs = new Map<ChatId, number>(drives ? [[drives.id, drives.lastSeq]] : []);
  for (const task of tasks) {
    if (!isStale(task, byId, sight) && task.parkReason !== 'process-gone') continue;
    const lastSeq = seqs.get(task.chatId) ?? (await reader.chat(task.chatId))?.lastSeq ?? 0;
    seqs.set(task.chatId, lastSeq);
    calls.set(task.id, (await readOpenTurn(reader, { chatId: task.chatId, lane: task.id, lastSeq }))?.calls ?? []);
  }
  const approvals = scope.canAsk && drives ? await reader.openApprovals(drives.id) : [];
  return recoveryOf({ sight, tasks, workers, calls, approvals, ...(main ? { main } : {}) });
}

async function leftTasks(reader: Reader, chatIds: readonly ChatId[] | undefined): Promise<Task[]> {
  const chatId = chatIds?.length === 1 ? chatIds[0] : undefined;
  const tasks = await reader.tasks({ chatId, statuses: ['running', 'parked'] });
  return tasks.filter(task => chatIds === undefined || chatIds.includes(task.chatId));
}

async function mainOf(
  reader: Reader,
  chat: Chat,
): Promise<NonNullable<Left['main']> & { calls: readonly PendingCall[] }> {
  const turn = await readOpenTurn(reader, { chatId: chat.id, lane: 'main', lastSeq: chat.lastSeq });
  return {
    row: await reader.lane(chat.id, 'main'),
    hasOpenTurn: turn !== undefined,
    pending: await reader.pending(chat.id, 'main'),
    calls: turn?.calls ?? [],
  };
}
