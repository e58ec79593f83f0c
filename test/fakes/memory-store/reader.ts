import type { Entry } from '../../../src/core/entry.ts';
import type { ChatId, LaneId, TaskId } from '../../../src/core/ids.ts';
import { addUsage, type Usage } from '../../../src/core/usage.ts';
import type { Task, Worker } from '../../../src/store/rows.ts';
import type { Reader, TaskFilter } from '../../../src/store/store.ts';
import { laneKey, type State } from './state.ts';

/** The questions of the port over whatever state `now` gives; `ask` runs each of them. */
export function createReader(now: () => State, ask: <T>(question: () => T) => Promise<T>): Reader {
  return { ...chatReader(now, ask), ...taskReader(now, ask), ...officeReader(now, ask) };
}

type Ask = <T>(question: () => T) => Promise<T>;
type OfTasks =
  | 'task'
  | 'tasks'
  | 'tasksLike'
  | 'taskByCall'
  | 'taskByDedupeKey'
  | 'taskByAgent'
  | 'taskByConversation'
  | 'dependencies'
  | 'dependants'
  | 'subtree'
  | 'descendants'
  | 'countTasks'
  | 'queuePosition';
type OfOffice =
  | 'approval'
  | 'openApprovals'
  | 'worker'
  | 'workers'
  | 'endedWorkers'
  | 'schedules'
  | 'schedule'
  | 'schedulesDue'
  | 'scheduleChats'
  | 'nextDueTime'
  | 'audit';

function chatReader(now: () => State, ask: Ask): Omit<Reader, OfTasks | OfOffice> {
  const entriesOf = (chatId: ChatId) => now().entries.get(chatId) ?? [];
  return {
    user: id => ask(() => now().users.get(id)),
    chat: id => ask(() => now().chats.get(id)),
    chats: ({ kind, cwd, limit } = {}) =>
      ask(() =>
        [...now().chats.values()]
          .filter(chat => (kind === undefined || chat.kind === kind) && (cwd === undefined || chat.cwd === cwd))
          .sort((a, b) => b.updatedAt - a.updatedAt || compare(b.id, a.id))
          .slice(0, limit),
      ),
    chatsLike: (part, limit) => ask(() => idsLike([...now().chats.keys()], 'chat_', part, limit)),
    entries: (chatId, { after = 0, through, lane, type, limit } = {}) =>
      ask(() => {
        const stretch = entriesOf(chatId).slice(Math.max(0, after), through);
        const isMeant = (entry: Entry) =>
          (lane === undefined || entry.lane === lane) && (type === undefined || entry.type === type);
        return stretch.filter(isMeant).slice(0, limit);
      }),
    lastEntries: (chatId, limit, { lane, before = Number.POSITIVE_INFINITY } = {}) =>
      ask(() =>
        entriesOf(chatId)
          .filter(entry => entry.seq < before && (lane === undefined || entry.lane === lane))
          .slice(-limit),
      ),
    lane: (chatId, lane) => ask(() => now().lanes.get(laneKey(chatId, lane))),
    drivenLanes: () =>
      ask(() =>
        [...now().lanes.values()]
          .filter(lane => lane.driver !== undefined)
          .sort((a, b) => compare(laneKey(a.chatId, a.lane), laneKey(b.chatId, b.lane))),
      ),
    pending: (chatId, lane) => ask(() => pendingOf(now(), chatId, lane)),
    inboxRow: id => ask(() => now().inbox.get(id)),
    recentInputs: (limit, maxChars) =>
      ask(() =>
        [...now().inbox.values()]
          .filter(row => row.lane === 'main' && row.kind === 'input' && row.wakes && row.text.length <= maxChars)
          .map(row => row.text)
          .reverse()
          .slice(0, limit),
      ),
    wakingLanes: chatIds =>
      ask(() => {
        const waking = [...now().inbox.values()].filter(
          row => row.deliveredSeq === undefined && row.lane === 'main' && row.wakes,
        );
        const chats = [...new Set(waking.map(row => row.chatId))].sort(compare);
        return chats
          .filter(chatId => chatIds === undefined || chatIds.includes(chatId))
          .map(chatId => ({ chatId, lane: 'main' as const }));
      }),
  };
}

function pendingOf(state: State, chatId: ChatId, lane: LaneId) {
  return [...state.inbox.values()].filter(
    row => row.lane === lane && row.chatId === chatId && row.deliveredSeq === undefined,
  );
}

function taskReader(now: () => State, ask: Ask): Pick<Reader, OfTasks> {
  const find = (isIt: (task: Task) => boolean) => [...now().tasks.values()].find(isIt);
  const newest = (isIt: (task: Task) => boolean) => [...now().tasks.values()].filter(isIt).sort(byAge).at(-1);
  return {
    task: id => ask(() => now().tasks.get(id)),
    tasks: filter => ask(() => tasksOf(now(), filter)),
    tasksLike: (part, limit) => ask(() => idsLike([...now().tasks.keys()], 'task_', part, limit)),
    taskByCall: (chatId, lane, callId) =>
      ask(() => find(task => task.parentCallId === callId && task.parentLane === lane && task.chatId === chatId)),
    taskByDedupeKey: key => ask(() => find(task => task.dedupeKey === key)),
    taskByAgent: id => ask(() => newest(task => task.agentId === id)),
    taskByConversation: id => ask(() => newest(task => task.conversationId === id)),
    dependencies: id => ask(() => [...(now().dependencies.get(id) ?? [])]),
    dependants: id =>
      ask(() => [...now().dependencies].flatMap(([task, others]) => (others.includes(id) ? [task] : [])).sort(compare)),
    subtree: id => ask(() => sumOf(treeOf(now(), id))),
    descendants: id => ask(() => treeOf(now(), id).slice(1).sort(byAge)),
    countTasks: ({ rootTurnId, creator, ...filter }) =>
      ask(
        () =>
          tasksOf(now(), filter).filter(
            task =>
              (rootTurnId === undefined || task.rootTurnId === rootTurnId) &&
              (creator === undefined || task.creator === creator),
          ).length,
      ),
    queuePosition: id =>
      ask(() => {
        const queued = tasksOf(now(), { statuses: ['queued'] }).sort(byPlace);
        return Math.max(
          0,
          queued.findIndex(task => task.id === id),
        );
      }),
  };
}

function tasksOf(state: State, filter: TaskFilter): Task[] {
  const { chatId, statuses, parentLane, since, newestFirst, limit } = filter;
  const found = [...state.tasks.values()].filter(
    task =>
      (chatId === undefined || task.chatId === chatId) &&
      (statuses === undefined || statuses.includes(task.status)) &&
      (parentLane === undefined || task.parentLane === parentLane) &&
      (since === undefined || task.createdAt >= since),
  );
  found.sort(byAge);
  if (newestFirst === true) found.reverse();
  return found.slice(0, limit);
}

/** The task and everything under it. */
function treeOf(state: State, id: TaskId): Task[] {
  const root = state.tasks.get(id);
  const found = root ? [root] : [];
  // Also walks what it adds.
  for (const task of found)
    for (const child of state.tasks.values())
      if (child.parentLane === task.id && child.chatId === task.chatId) found.push(child);
  return found;
}

function sumOf(tasks: readonly Task[]) {
  const usage = tasks.reduce<Usage>((sum, task) => addUsage(sum, task.usage), {});
  const sum = (of: (task: Task) => number) => tasks.reduce((total, task) => total + of(task), 0);
  return { usage, toolUses: sum(task => task.toolUses), steps: sum(task => task.steps), tasks: tasks.length };
}

function officeReader(now: () => State, ask: Ask): Pick<Reader, OfOffice> {
  return {
    approval: id => ask(() => now().approvals.get(id)),
    openApprovals: chatId =>
      ask(() =>
        [...now().approvals.values()]
          .filter(row => row.verdict === undefined && (chatId === undefined || row.chatId === chatId))
          .sort((a, b) => a.askedAt - b.askedAt || compare(a.id, b.id)),
      ),
    worker: id => ask(() => now().workers.get(id)),
    workers: () =>
      ask(() =>
        [...now().workers.values()]
          .filter(worker => worker.endedAt === undefined)
          .sort((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id)),
      ),
    endedWorkers: limit =>
      ask(() =>
        [...now().workers.values()]
          .filter(worker => worker.endedAt !== undefined)
          .sort(newestEndFirst)
          .slice(0, limit),
      ),
    schedules: () =>
      ask(() => [...now().schedules.values()].sort((a, b) => a.createdAt - b.createdAt || compare(a.id, b.id))),
    schedule: id => ask(() => now().schedules.get(id)),
    schedulesDue: at =>
      ask(() => waitingSchedules(now()).filter(schedule => schedule.nextAt <= at || schedule.plannedAt > at)),
    scheduleChats: () =>
      ask(() =>
        [...now().schedules.values()]
          .flatMap(({ id, chatId, ownsChat, lastTaskId }) =>
            chatId === undefined ? [] : [{ id, row: { chatId, ownsChat, ...(lastTaskId && { lastTaskId }) } }],
          )
          .sort((a, b) => compare(a.row.chatId, b.row.chatId) || compare(a.id, b.id))
          .map(({ row }) => row),
      ),
    nextDueTime: () => ask(() => waitingSchedules(now())[0]?.nextAt),
    audit: ({ chatId, taskId, limit }) =>
      ask(() =>
        now()
          .audit.filter(
            row => (chatId === undefined || row.chatId === chatId) && (taskId === undefined || row.taskId === taskId),
          )
          .reverse()
          .slice(0, limit),
      ),
  };
}

/** The enabled ones that have a due time, earliest first. */
function waitingSchedules(state: State) {
  return [...state.schedules.values()]
    .flatMap(schedule => {
      const { isEnabled, nextAt } = schedule;
      return isEnabled && nextAt !== undefined ? [{ ...schedule, nextAt }] : [];
    })
    .sort((a, b) => a.nextAt - b.nextAt || compare(a.id, b.id));
}

function byAge(a: Task, b: Task): number {
  return a.createdAt - b.createdAt || compare(a.id, b.id);
}

/** The order of claims. */
export function byPlace(a: Task, b: Task): number {
  return b.priority - a.priority || byAge(a, b);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function idsLike<Id extends string>(ids: readonly Id[], prefix: string, part: string, limit: number): Id[] {
  return ids
    .filter(id => id.endsWith(part) || id.startsWith(`${prefix}${part}`))
    .sort(compare)
    .slice(0, limit);
}

export function newestEndFirst(a: Worker, b: Worker): number {
  return (b.endedAt ?? 0) - (a.endedAt ?? 0) || compare(b.id, a.id);
}
