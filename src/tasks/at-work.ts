import type { Chat, Task, Worker } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { type OpenTurn, readAttemptStart, readOpenTurn } from './open-turn.ts';
import { type Sight, type Standing, standingOf } from './stale-worker.ts';

/** A process as the store knows it, with what it drives and runs. */
export type WorkerAtWork = {
  readonly worker: Worker;
  readonly standing: Standing;
  readonly chats: readonly ChatAtWork[];
  readonly tasks: readonly TaskAtWork[];
};
/** A chat whose main lane the process drives. */
export type ChatAtWork = { readonly chat: Chat; readonly turn: OpenTurn | undefined };
export type TaskAtWork = {
  readonly task: Task;
  /** Of this attempt. */
  readonly startedAt: number | undefined;
  readonly turn: OpenTurn | undefined;
};

/** What runs where, by which process: those that have not left, oldest first, then at most `ended` of those that have. Reads only. */
export async function whoIsAtWork(reader: Reader, sight: Sight, ended: number): Promise<WorkerAtWork[]> {
  const workers = [...(await reader.workers()), ...(ended > 0 ? await reader.endedWorkers(ended) : [])];
  if (workers.length === 0) return [];
  const lanes = await reader.drivenLanes();
  const tasks = await reader.tasks({ statuses: ['running'] });
  return Promise.all(
    workers.map(async worker => ({
      worker,
      standing: standingOf(worker, sight),
      chats: await Promise.all(
        lanes.filter(({ driver }) => driver === worker.id).map(({ chatId }) => chatAtWork(reader, chatId)),
      ).then(found => found.flat()),
      tasks: await Promise.all(tasks.filter(task => task.worker === worker.id).map(task => taskAtWork(reader, task))),
    })),
  );
}

async function chatAtWork(reader: Reader, id: Chat['id']): Promise<ChatAtWork[]> {
  const chat = await reader.chat(id);
  if (!chat) return [];
  return [{ chat, turn: await readOpenTurn(reader, { chatId: id, lane: 'main', lastSeq: chat.lastSeq }) }];
}

async function taskAtWork(reader: Reader, task: Task): Promise<TaskAtWork> {
  const { id: lane, chatId } = task;
  const end = { chatId, lane, lastSeq: (await reader.chat(chatId))?.lastSeq ?? 0 };
  return { task, startedAt: await readAttemptStart(reader, end), turn: await readOpenTurn(reader, end) };
}
