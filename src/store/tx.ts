import type { Entry } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { WorkerId } from '../core/ids.ts';
import { approvalToRow } from './mapping/approval.ts';
import { auditToRow } from './mapping/audit.ts';
import { chatToRow } from './mapping/chat.ts';
import { entryToRow } from './mapping/entry.ts';
import { inboxToRow } from './mapping/inbox.ts';
import type { OwnBodies } from './mapping/own-bodies.ts';
import { moveToColumns, scheduleOf, schedulePatchToColumns, scheduleToRow } from './mapping/schedule.ts';
import { patchToColumns, taskOf, taskToRow, usageToColumns } from './mapping/task.ts';
import { workerToRow } from './mapping/worker.ts';
import { approvalById, insertApprovalRow, setVerdict } from './queries/approvals.ts';
import { insertAudit } from './queries/audit.ts';
import { deleteChatRow, deleteOfChat, insertChat, setChatTitle, tablesOfChat, takeSeqs } from './queries/chats.ts';
import { claimNextTask } from './queries/claim-task.ts';
import { insertDependency } from './queries/dependencies.ts';
import { insertEntry } from './queries/entries.ts';
import { deleteWaiting, insertInbox, setDelivered } from './queries/inbox.ts';
import { freeLane, laneByKey, takeLane } from './queries/lanes.ts';
import { first, type Runner } from './queries/query.ts';
import { deleteSchedule, detachSchedules, moveDueTime, updateSchedule, upsertSchedule } from './queries/schedules.ts';
import { addToTask, deleteTaskRows, insertTaskRow, taskById, updateTask } from './queries/tasks.ts';
import { upsertUser } from './queries/users.ts';
import { deleteEndedWorkers, extendLease, markWorkerEnded, upsertWorker, workerById } from './queries/workers.ts';
import { createReader } from './reader.ts';
import type { Tx } from './store.ts';

/** What a transaction has done, for those who are told after its commit. */
export type Effects = { entries: Entry[]; touchedInbox: boolean; touchedTasks: boolean; touchedSchedules: boolean };

/** The port's transaction over an open one, whose effects are noted as they happen. Beginning, committing and rolling back are the adapter's. */
export function createTx(runner: Runner, effects: () => Effects, own: OwnBodies): Tx {
  return {
    ...createReader(runner, own),
    ...chatWriter(runner, effects, own),
    ...inboxWriter(runner, effects),
    ...laneWriter(runner),
    ...taskWriter(runner, effects),
    ...approvalWriter(runner),
    ...officeWriter(runner),
    ...scheduleWriter(runner, effects),
  };
}

function missing(what: string): AppError {
  return new AppError('not-found', `There is no ${what}`);
}

function chatWriter(
  runner: Runner,
  effects: () => Effects,
  own: OwnBodies,
): Pick<Tx, 'putUser' | 'createChat' | 'renameChat' | 'deleteChat' | 'append'> {
  return {
    async putUser(user) {
      await runner.run(upsertUser, { id: user.id, name: user.name, created_at: user.createdAt });
    },
    async createChat(chat) {
      await runner.run(insertChat, chatToRow(chat));
    },
    async renameChat(id, title) {
      if ((await runner.run(setChatTitle, { id, title })) === 0) throw missing(`chat ${id}`);
    },
    async deleteChat(id) {
      await runner.run(detachSchedules, { chatId: id });
      for (const table of tablesOfChat) await runner.run(deleteOfChat, { table, chatId: id });
      if ((await runner.run(deleteChatRow, { id })) === 0) throw missing(`chat ${id}`);
      effects().touchedInbox = true;
      effects().touchedTasks = true;
      effects().touchedSchedules = true;
    },
    async append(chatId, lane, at, bodies) {
      const taken = await first(runner, takeSeqs, { id: chatId, count: bodies.length, at });
      if (taken === undefined) throw missing(`chat ${chatId}`);
      const firstSeq = taken.last_seq - bodies.length + 1;
      const entries = bodies.map((body, i): Entry => ({ chatId, seq: firstSeq + i, lane, at, ...body }));
      for (const entry of entries) {
        const row = entryToRow(entry);
        await runner.run(insertEntry, row);
        own.wrote(row.type, row.data);
      }
      effects().entries.push(...entries);
      return entries;
    },
  };
}

function inboxWriter(runner: Runner, effects: () => Effects): Pick<Tx, 'putInbox' | 'markDelivered' | 'removeInbox'> {
  return {
    async putInbox(row) {
      await runner.run(insertInbox, inboxToRow(row));
      effects().touchedInbox = true;
    },
    async markDelivered(ids, seq) {
      if (ids.length === 0) return;
      const unique = [...new Set(ids)];
      const marked = await runner.run(setDelivered, { ids: unique, seq });
      if (marked !== unique.length) {
        throw new AppError('conflict', `Of ${unique.length} inbox rows, ${unique.length - marked} no longer wait`);
      }
      effects().touchedInbox = true;
    },
    async removeInbox(ids) {
      if (ids.length === 0) return 0;
      effects().touchedInbox = true;
      return await runner.run(deleteWaiting, { ids });
    },
  };
}

function laneWriter(runner: Runner): Pick<Tx, 'claimLane' | 'releaseLane' | 'fenceLane'> {
  return {
    async claimLane(chatId, lane, worker) {
      if (!(await isAtWork(runner, worker))) return undefined;
      return (await first(runner, takeLane, { chatId, lane, worker }))?.epoch;
    },
    async releaseLane(chatId, lane, epoch) {
      await runner.run(freeLane, { chatId, lane, epoch });
    },
    async fenceLane(chatId, lane, epoch) {
      const row = await first(runner, laneByKey, { chatId, lane });
      if (row?.epoch === epoch && row.driver !== null) return;
      throw new AppError('fenced', `Lane ${lane} of chat ${chatId} is no longer driven in epoch ${epoch}`);
    },
  };
}

/** A process that others took for dead, or have forgotten, takes nothing until it has registered anew: they would take it away again, at the cost of an attempt. */
async function isAtWork(runner: Runner, worker: WorkerId): Promise<boolean> {
  const row = await first(runner, workerById, { id: worker });
  return row?.ended_at === null;
}

function taskWriter(
  runner: Runner,
  effects: () => Effects,
): Pick<Tx, 'insertTask' | 'patchTask' | 'addTaskUsage' | 'claimTask' | 'fenceTask' | 'deleteTasks'> {
  return {
    async insertTask(task, dependsOn) {
      await runner.run(insertTaskRow, taskToRow(task));
      for (const [position, other] of dependsOn.entries()) {
        await runner.run(insertDependency, { task_id: task.id, depends_on: other, position });
      }
      effects().touchedTasks = true;
    },
    async patchTask(id, patch) {
      const set = patchToColumns(patch);
      if (Object.keys(set).length === 0) return;
      if ((await runner.run(updateTask, { id, set })) === 0) throw missing(`task ${id}`);
      effects().touchedTasks = true;
    },
    async addTaskUsage(id, add) {
      const sums = { id, ...usageToColumns(add.usage), tool_uses: add.toolUses, steps: add.steps };
      if ((await runner.run(addToTask, sums)) === 0) throw missing(`task ${id}`);
      effects().touchedTasks = true;
    },
    async claimTask(claim) {
      if (!(await isAtWork(runner, claim.worker))) return undefined;
      const row = await first(runner, claimNextTask, claim);
      if (row === undefined) return undefined;
      effects().touchedTasks = true;
      return taskOf(row);
    },
    async fenceTask(id, attempt) {
      const row = await first(runner, taskById, { id });
      if (row?.status === 'running' && row.attempt === attempt) return;
      throw new AppError('fenced', `Task ${id} is no longer running in attempt ${attempt}`);
    },
    async deleteTasks(ids) {
      if (ids.length === 0) return 0;
      effects().touchedTasks = true;
      return await runner.run(deleteTaskRows, { ids });
    },
  };
}

function approvalWriter(runner: Runner): Pick<Tx, 'insertApproval' | 'answerApproval'> {
  return {
    async insertApproval(approval) {
      await runner.run(insertApprovalRow, approvalToRow(approval));
    },
    async answerApproval(id, answer) {
      const changed = await runner.run(setVerdict, {
        id,
        verdict: answer.verdict,
        answered_by: answer.by ?? null,
        message: answer.message ?? null,
        answered_at: answer.at,
      });
      if (changed > 0) return true;
      if ((await first(runner, approvalById, { id })) === undefined) throw missing(`approval ${id}`);
      return false;
    },
  };
}

function officeWriter(
  runner: Runner,
): Pick<Tx, 'putWorker' | 'renewWorker' | 'endWorker' | 'forgetWorkers' | 'addAudit'> {
  return {
    async putWorker(worker) {
      await runner.run(upsertWorker, workerToRow(worker));
    },
    renewWorker: async (id, leaseUntil) => (await runner.run(extendLease, { id, leaseUntil })) > 0,
    async endWorker(id, at) {
      await runner.run(markWorkerEnded, { id, at });
    },
    async forgetWorkers(kept) {
      await runner.run(deleteEndedWorkers, { kept });
    },
    async addAudit(row) {
      await runner.run(insertAudit, auditToRow(row));
    },
  };
}

function scheduleWriter(
  runner: Runner,
  effects: () => Effects,
): Pick<Tx, 'putSchedule' | 'moveSchedule' | 'patchSchedule' | 'removeSchedule'> {
  return {
    async putSchedule(schedule) {
      await runner.run(upsertSchedule, scheduleToRow(schedule));
      effects().touchedSchedules = true;
    },
    async moveSchedule(id, read, move) {
      const from = { id, read_next_at: read.nextAt, read_planned_at: read.plannedAt };
      const row = await first(runner, moveDueTime, { ...from, ...moveToColumns(move) });
      if (row === undefined) return undefined;
      effects().touchedSchedules = true;
      return scheduleOf(row);
    },
    async patchSchedule(id, patch) {
      const set = schedulePatchToColumns(patch);
      if (Object.keys(set).length === 0) return;
      if ((await runner.run(updateSchedule, { id, set })) === 0) throw missing(`schedule ${id}`);
      effects().touchedSchedules = true;
    },
    async removeSchedule(id) {
      await runner.run(deleteSchedule, { id });
      effects().touchedSchedules = true;
    },
  };
}
