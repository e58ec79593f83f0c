import { type Entry, parseEntryBody } from '../../../src/core/entry.ts';
import { AppError } from '../../../src/core/error.ts';
import type { ChatId } from '../../../src/core/ids.ts';
import type { Approval, InboxRow, Worker } from '../../../src/store/rows.ts';
import type { Tx } from '../../../src/store/store.ts';
import { type Draft, missing, mustBeReadable, mustHaveChat, put, type Run } from './draft.ts';
import { createReader, newestEndFirst } from './reader.ts';
import { detached, scheduleWriter } from './schedule-writer.ts';
import { isHeld, laneKey, stored, withoutRows, withRow } from './state.ts';
import { claimWriter, deleteTasks, taskWriter } from './task-writer.ts';

/** The port's transaction over a draft; `run` runs each of its steps, at once, in the order of the calls. */
export function createTx(draft: Draft, run: Run): Tx {
  return {
    ...createReader(() => draft.state, run),
    ...chatWriter(draft, run),
    ...inboxWriter(draft, run),
    ...laneWriter(draft, run),
    ...taskWriter(draft, run),
    ...claimWriter(draft, run),
    ...approvalWriter(draft, run),
    ...officeWriter(draft, run),
    ...scheduleWriter(draft, run),
  };
}

function chatWriter(
  draft: Draft,
  run: Run,
): Pick<Tx, 'putUser' | 'createChat' | 'renameChat' | 'deleteChat' | 'append'> {
  return {
    putUser: user =>
      run(() => {
        const createdAt = draft.state.users.get(user.id)?.createdAt ?? user.createdAt;
        put(draft, { users: withRow(draft.state.users, user.id, { ...user, createdAt }) });
      }),
    createChat: chat =>
      run(() => {
        if (!draft.state.users.has(chat.userId)) throw missing(`user ${chat.userId}`);
        put(draft, { chats: withRow(draft.state.chats, chat.id, { ...chat, lastSeq: 0 }) });
      }),
    renameChat: (id, title) =>
      run(() => {
        const chat = draft.state.chats.get(id);
        if (!chat) throw missing(`chat ${id}`);
        put(draft, { chats: withRow(draft.state.chats, id, { ...chat, title }) });
      }),
    deleteChat: id => run(() => deleteChat(draft, id)),
    append: (chatId, lane, at, bodies) =>
      run(() => {
        const chat = draft.state.chats.get(chatId);
        if (!chat) throw missing(`chat ${chatId}`);
        const entries = bodies.map(
          (body, index): Entry => ({ chatId, seq: chat.lastSeq + 1 + index, lane, at, ...body }),
        );
        const lastSeq = chat.lastSeq + bodies.length;
        const updatedAt = Math.max(chat.updatedAt, at);
        put(draft, {
          chats: withRow(draft.state.chats, chatId, { ...chat, lastSeq, updatedAt }),
          entries: withRow(draft.state.entries, chatId, [...(draft.state.entries.get(chatId) ?? []), ...entries]),
        });
        for (const body of bodies) mustBeReadable(parseEntryBody(body), `entry ${body.type}`);
        draft.effects.entries.push(...entries);
        return entries;
      }),
  };
}

function deleteChat(draft: Draft, id: ChatId): void {
  const { state, effects } = draft;
  if (!state.chats.has(id)) throw missing(`chat ${id}`);
  const isOfChat = (row: { chatId?: ChatId }) => row.chatId === id;
  deleteTasks(
    draft,
    [...state.tasks.values()].filter(isOfChat).map(task => task.id),
  );
  put(draft, {
    chats: withoutRows(state.chats, (_, key) => key === id),
    entries: withoutRows(state.entries, (_, key) => key === id),
    lanes: withoutRows(state.lanes, isOfChat),
    inbox: withoutRows(state.inbox, isOfChat),
    approvals: withoutRows(state.approvals, isOfChat),
    schedules: detached(state.schedules, id),
    streams: withoutRows(state.streams, isOfChat),
  });
  effects.touchedInbox = true;
  effects.touchedTasks = true;
  effects.touchedSchedules = true;
}

function inboxWriter(draft: Draft, run: Run): Pick<Tx, 'putInbox' | 'markDelivered' | 'removeInbox'> {
  const waiting = (id: InboxRow['id']) => {
    const row = draft.state.inbox.get(id);
    return row?.deliveredSeq === undefined ? row : undefined;
  };
  return {
    putInbox: row =>
      run(() => {
        mustHaveChat(draft, row.chatId);
        put(draft, { inbox: withRow(draft.state.inbox, row.id, stored<InboxRow>(row)) });
        draft.effects.touchedInbox = true;
      }),
    markDelivered: (ids, seq) =>
      run(() => {
        if (ids.length === 0) return;
        const unique = [...new Set(ids)];
        const inbox = new Map(draft.state.inbox);
        const rows = unique.map(waiting).filter(row => row !== undefined);
        if (rows.length !== unique.length)
          throw new AppError(
            'conflict',
            `Of ${unique.length} inbox rows, ${unique.length - rows.length} no longer wait`,
          );
        for (const row of rows) inbox.set(row.id, { ...row, deliveredSeq: seq });
        put(draft, { inbox });
        draft.effects.touchedInbox = true;
      }),
    removeInbox: ids =>
      run(() => {
        if (ids.length === 0) return 0;
        const gone = new Set(ids.filter(id => waiting(id) !== undefined));
        put(draft, { inbox: withoutRows(draft.state.inbox, (_, id) => gone.has(id)) });
        draft.effects.touchedInbox = true;
        return gone.size;
      }),
  };
}

function laneWriter(draft: Draft, run: Run): Pick<Tx, 'claimLane' | 'releaseLane' | 'fenceLane'> {
  return {
    claimLane: (chatId, lane, worker) =>
      run(() => {
        if (!isHeld(draft.state, worker)) return undefined;
        mustHaveChat(draft, chatId);
        const key = laneKey(chatId, lane);
        const row = draft.state.lanes.get(key);
        if (row?.driver === worker) return row.epoch;
        if (isHeld(draft.state, row?.driver)) return undefined;
        const epoch = (row?.epoch ?? 0) + 1;
        put(draft, { lanes: withRow(draft.state.lanes, key, { chatId, lane, epoch, driver: worker }) });
        return epoch;
      }),
    releaseLane: (chatId, lane, epoch) =>
      run(() => {
        const key = laneKey(chatId, lane);
        if (draft.state.lanes.get(key)?.epoch === epoch)
          put(draft, { lanes: withRow(draft.state.lanes, key, { chatId, lane, epoch }) });
      }),
    fenceLane: (chatId, lane, epoch) =>
      run(() => {
        const row = draft.state.lanes.get(laneKey(chatId, lane));
        if (row?.epoch === epoch && row.driver !== undefined) return;
        throw new AppError('fenced', `Lane ${lane} of chat ${chatId} is no longer driven in epoch ${epoch}`);
      }),
  };
}

function approvalWriter(draft: Draft, run: Run): Pick<Tx, 'insertApproval' | 'answerApproval'> {
  return {
    insertApproval: approval =>
      run(() => {
        mustHaveChat(draft, approval.chatId);
        const row = { ...stored<Approval>(approval), input: approval.input };
        put(draft, { approvals: withRow(draft.state.approvals, approval.id, row) });
      }),
    answerApproval: (id, { verdict, by, message, at }) =>
      run(() => {
        const row = draft.state.approvals.get(id);
        if (!row) throw missing(`approval ${id}`);
        if (row.verdict !== undefined) return false;
        const answered = { ...stored<Approval>({ ...row, verdict, by, message, answeredAt: at }), input: row.input };
        put(draft, { approvals: withRow(draft.state.approvals, id, answered) });
        return true;
      }),
  };
}

function officeWriter(
  draft: Draft,
  run: Run,
): Pick<Tx, 'putWorker' | 'renewWorker' | 'endWorker' | 'forgetWorkers' | 'addAudit'> {
  const ofLiving = (id: Parameters<Tx['endWorker']>[0]) => {
    const row = draft.state.workers.get(id);
    return row?.endedAt === undefined ? row : undefined;
  };
  return {
    putWorker: worker => run(() => put(draft, { workers: withRow(draft.state.workers, worker.id, stored(worker)) })),
    renewWorker: (id, leaseUntil) =>
      run(() => {
        const row = ofLiving(id);
        if (row) put(draft, { workers: withRow(draft.state.workers, id, { ...row, leaseUntil }) });
        return row !== undefined;
      }),
    endWorker: (id, at) =>
      run(() => {
        const row = ofLiving(id);
        if (row) put(draft, { workers: withRow(draft.state.workers, id, { ...row, endedAt: at }) });
      }),
    forgetWorkers: kept =>
      run(() => {
        const ended = [...draft.state.workers.values()].filter(worker => worker.endedAt !== undefined);
        const newest = new Set(ended.sort(newestEndFirst).slice(0, kept));
        const isForgotten = (row: Worker) => row.endedAt !== undefined && !newest.has(row);
        put(draft, { workers: withoutRows(draft.state.workers, isForgotten) });
      }),
    addAudit: row => run(() => put(draft, { audit: [...draft.state.audit, row] })),
  };
}
