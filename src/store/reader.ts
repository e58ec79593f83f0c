import { approvalOf } from './mapping/approval.ts';
import { auditOf } from './mapping/audit.ts';
import { chatOf, userOf } from './mapping/chat.ts';
import { entryOf } from './mapping/entry.ts';
import { inboxOf } from './mapping/inbox.ts';
import { laneOf } from './mapping/lane.ts';
import type { OwnBodies } from './mapping/own-bodies.ts';
import { scheduleChatOf, scheduleOf } from './mapping/schedule.ts';
import { taskOf, usageOf } from './mapping/task.ts';
import { workerOf } from './mapping/worker.ts';
import { approvalById, approvalsUnanswered } from './queries/approvals.ts';
import { auditByFilter } from './queries/audit.ts';
import { chatById, chatsByActivity } from './queries/chats.ts';
import { dependantsOf, dependenciesOf } from './queries/dependencies.ts';
import { entriesInRange, newestEntries } from './queries/entries.ts';
import { chatIdsLike, taskIdsLike } from './queries/find-ids.ts';
import { chatsToWake, inboxById, inboxWaiting, newestInputs } from './queries/inbox.ts';
import { laneByKey, lanesWithDriver } from './queries/lanes.ts';
import { first, type Query, type Runner } from './queries/query.ts';
import { allSchedules, chatsOfSchedules, earliestDue, scheduleById, schedulesDueAt } from './queries/schedules.ts';
import { sumTree, tasksUnder } from './queries/task-tree.ts';
import * as tasks from './queries/tasks.ts';
import { userById } from './queries/users.ts';
import { workerById, workersAtWork, workersEnded } from './queries/workers.ts';
import type { Reader } from './store.ts';

/** The questions of the port, over whatever runs the queries: the connection that reads, or an open transaction. */
export function createReader(runner: Runner, own: OwnBodies): Reader {
  return { ...chatReader(runner, own), ...laneReader(runner), ...taskReader(runner), ...officeReader(runner) };
}

async function one<P, R, T>(runner: Runner, query: Query<P, R>, params: P, map: (row: R) => T): Promise<T | undefined> {
  const row = await first(runner, query, params);
  return row === undefined ? undefined : map(row);
}

async function many<P, R, T>(runner: Runner, query: Query<P, R>, params: P, map: (row: R) => T): Promise<T[]> {
  const rows = await runner.all(query, params);
  return rows.map(row => map(row));
}

function chatReader(
  runner: Runner,
  own: OwnBodies,
): Pick<Reader, 'user' | 'chat' | 'chats' | 'chatsLike' | 'entries' | 'lastEntries'> {
  return {
    user: id => one(runner, userById, { id }, userOf),
    chat: id => one(runner, chatById, { id }, chatOf),
    chatsLike: (part, limit) =>
      many(runner, chatIdsLike, { start: `chat_${part}%`, end: `%${part}`, limit }, row => row.id),
    chats: (filter = {}) => many(runner, chatsByActivity, filter, chatOf),
    entries: (chatId, options = {}) =>
      many(runner, entriesInRange, { ...options, chatId }, row => entryOf(chatId, row, own)),
    async lastEntries(chatId, limit, of = {}) {
      const newestFirst = await many(runner, newestEntries, { ...of, chatId, limit }, row => entryOf(chatId, row, own));
      return newestFirst.reverse();
    },
  };
}

function laneReader(
  runner: Runner,
): Pick<Reader, 'lane' | 'drivenLanes' | 'pending' | 'inboxRow' | 'recentInputs' | 'wakingLanes'> {
  return {
    lane: (chatId, lane) => one(runner, laneByKey, { chatId, lane }, laneOf),
    drivenLanes: () => many(runner, lanesWithDriver, {}, laneOf),
    pending: (chatId, lane) => many(runner, inboxWaiting, { chatId, lane }, inboxOf),
    inboxRow: id => one(runner, inboxById, { id }, inboxOf),
    recentInputs: (limit, maxChars) => many(runner, newestInputs, { limit, maxChars }, row => row.text),
    wakingLanes: chatIds =>
      many(runner, chatsToWake, { chatIds }, row => ({ chatId: row.chat_id, lane: 'main' as const })),
  };
}

function taskReader(
  runner: Runner,
): Omit<
  Reader,
  keyof ReturnType<typeof chatReader> | keyof ReturnType<typeof laneReader> | keyof ReturnType<typeof officeReader>
> {
  return {
    task: id => one(runner, tasks.taskById, { id }, taskOf),
    tasksLike: (part, limit) =>
      many(runner, taskIdsLike, { start: `task_${part}%`, end: `%${part}`, limit }, row => row.id),
    tasks: filter => many(runner, tasks.tasksByFilter, filter, taskOf),
    taskByCall: (chatId, parentLane, callId) => one(runner, tasks.taskOfCall, { chatId, parentLane, callId }, taskOf),
    taskByDedupeKey: key => one(runner, tasks.taskOfDedupeKey, { key }, taskOf),
    taskByAgent: agentId => one(runner, tasks.newestTaskOfAgent, { agentId }, taskOf),
    taskByConversation: conversationId => one(runner, tasks.newestTaskOfConversation, { conversationId }, taskOf),
    dependencies: id => many(runner, dependenciesOf, { id }, row => row.id),
    dependants: id => many(runner, dependantsOf, { id }, row => row.id),
    async subtree(id) {
      const sums = await first(runner, sumTree, { id });
      if (sums === undefined) return { usage: {}, toolUses: 0, steps: 0, tasks: 0 };
      return { usage: usageOf(sums), toolUses: sums.tool_uses ?? 0, steps: sums.steps ?? 0, tasks: sums.tasks };
    },
    descendants: id => many(runner, tasksUnder, { id }, taskOf),
    countTasks: async filter => (await first(runner, tasks.countTasksByFilter, filter))?.count ?? 0,
    queuePosition: async id => (await first(runner, tasks.countQueuedBefore, { id }))?.count ?? 0,
  };
}

function officeReader(
  runner: Runner,
): Pick<
  Reader,
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
  | 'audit'
> {
  return {
    approval: id => one(runner, approvalById, { id }, approvalOf),
    openApprovals: chatId => many(runner, approvalsUnanswered, { chatId }, approvalOf),
    worker: id => one(runner, workerById, { id }, workerOf),
    workers: () => many(runner, workersAtWork, {}, workerOf),
    endedWorkers: limit => many(runner, workersEnded, { limit }, workerOf),
    schedules: () => many(runner, allSchedules, {}, scheduleOf),
    schedule: id => one(runner, scheduleById, { id }, scheduleOf),
    schedulesDue: now => many(runner, schedulesDueAt, { now }, scheduleOf),
    scheduleChats: () => many(runner, chatsOfSchedules, {}, scheduleChatOf),
    nextDueTime: async () => (await first(runner, earliestDue, {}))?.next_at ?? undefined,
    audit: filter => many(runner, auditByFilter, filter, auditOf),
  };
}
