import type { LaneId, TaskId } from '../core/ids.ts';
import { openStatuses } from '../core/task-status.ts';
import type { Chat, Task, Worker } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { readAttemptStart, readOpenTurn } from './open-turn.ts';
import { type Sight, standingOf } from './stale-worker.ts';
import type { ChatFacts, Other, TaskFacts } from './why.ts';

/** Reads what the reasons of a task are made of. `cap`: how many tasks of its model a process takes. */
export async function taskFacts(reader: Reader, task: Task, sight: Sight, cap: number): Promise<TaskFacts> {
  const { id, chatId } = task;
  const end = { chatId, lane: id, lastSeq: (await reader.chat(chatId))?.lastSeq ?? 0 };
  const parked = task.status === 'parked' ? await reader.entries(chatId, { lane: id }) : [];
  const last = parked.findLast(entry => entry.type === 'task:parked');
  return {
    sight,
    task,
    worker: await workerOf(reader, task),
    startedAt: await readAttemptStart(reader, end),
    turn: await readOpenTurn(reader, end),
    approvals: (await reader.openApprovals(chatId)).filter(({ lane }) => lane === id),
    children: await openChildren(reader, chatId, id),
    dependencies: await others(reader, await reader.dependencies(id)),
    before: await reader.queuePosition(id),
    modelAtWork: { running: await runningOf(reader, task.model, sight), cap },
    hasTaker: await hasTaker(reader, task, sight),
    parkMessage: last?.message ?? '',
    reportWaitsIn: await reportWaitsIn(reader, task),
  };
}

export async function chatFacts(reader: Reader, chat: Chat, sight: Sight): Promise<ChatFacts> {
  const row = await reader.lane(chat.id, 'main');
  return {
    sight,
    chat,
    row,
    driver: row?.driver && (await reader.worker(row.driver)),
    pending: await reader.pending(chat.id, 'main'),
    turn: await readOpenTurn(reader, { chatId: chat.id, lane: 'main', lastSeq: chat.lastSeq }),
    approvals: (await reader.openApprovals(chat.id)).filter(({ lane }) => lane === 'main'),
    children: await openChildren(reader, chat.id, 'main'),
  };
}

async function workerOf(reader: Reader, { worker }: Task): Promise<Worker | undefined> {
  return worker && reader.worker(worker);
}

async function openChildren(reader: Reader, chatId: Chat['id'], parentLane: LaneId): Promise<Other[]> {
  const tasks = await reader.tasks({ chatId, parentLane, statuses: openStatuses });
  return Promise.all(tasks.map(async task => ({ task, worker: await workerOf(reader, task) })));
}

async function others(reader: Reader, ids: readonly TaskId[]): Promise<Other[]> {
  const found = await Promise.all(ids.map(id => reader.task(id)));
  return Promise.all(found.flatMap(task => (task ? [workerOf(reader, task).then(worker => ({ task, worker }))] : [])));
}

async function runningOf(reader: Reader, model: string, sight: Sight): Promise<number> {
  const alive = new Set((await aliveWorkers(reader, sight)).map(({ id }) => id));
  const running = await reader.tasks({ statuses: ['running'] });
  return running.filter(task => task.model === model && task.worker && alive.has(task.worker)).length;
}

/** Whether a process lives that may take tasks of that chat: one that has it open, or one that takes those of all. */
async function hasTaker(reader: Reader, task: Task, sight: Sight): Promise<boolean> {
  const driver = (await reader.lane(task.chatId, 'main'))?.driver;
  return (await aliveWorkers(reader, sight)).some(({ id, kind }) => id === driver || !opensChats.has(kind));
}

/** Kinds of processes that take tasks of the chat that they have open, and of no other. */
const opensChats: ReadonlySet<string> = new Set(['interactive', 'headless']);

async function aliveWorkers(reader: Reader, sight: Sight): Promise<Worker[]> {
  return (await reader.workers()).filter(worker => standingOf(worker, sight) === 'alive');
}

async function reportWaitsIn(reader: Reader, { id, chatId, parentLane }: Task): Promise<LaneId | undefined> {
  for (const lane of new Set<LaneId>([parentLane ?? 'main', 'main'])) {
    const rows = await reader.pending(chatId, lane);
    if (rows.some(row => row.kind === 'notification' && row.from === id)) return lane;
  }
  return undefined;
}
