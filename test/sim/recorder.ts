import type { InboxId, ScheduleId } from '../../src/core/ids.ts';
import type { InboxRow } from '../../src/store/rows.ts';
import type { Tx } from '../../src/store/store.ts';
import type { Ack, Claim, Commit, Input, ToolRun } from './history.ts';

type Draft = { -readonly [K in 'claims' | 'entries' | 'put' | 'schedules']: Commit[K][number][] };

/** Writes down what happened, as it happens, beside the store and not from it. */
export type Recorder = {
  readonly commits: Commit[];
  readonly acks: Ack[];
  readonly inputs: Input[];
  readonly runs: ToolRun[];
  readonly problems: string[];
  /** Every inbox row that was ever put by a transaction that was kept. */
  readonly inboxIds: Set<InboxId>;
  /** Grows with every event that an order is asked of. */
  tick(): number;
};

export function createRecorder(): Recorder {
  let ticks = 0;
  return {
    commits: [],
    acks: [],
    inputs: [],
    runs: [],
    problems: [],
    inboxIds: new Set(),
    tick() {
      ticks += 1;
      return ticks;
    },
  };
}

export function createDraft(): Draft {
  return { claims: [], entries: [], put: [], schedules: [] };
}

/** The transaction, with what it writes noted in the draft. The notes begin anew when the work is run again. */
export function watchTx(tx: Tx, draft: Draft): Tx {
  const watched: Partial<Tx> = {
    async append(chatId, lane, at, bodies) {
      const entries = await tx.append(chatId, lane, at, bodies);
      draft.entries.push(...entries);
      return entries;
    },
    async putInbox(row) {
      await tx.putInbox(row);
      draft.put.push(row satisfies InboxRow);
    },
    async fenceLane(chatId, lane, epoch) {
      draft.claims.push({ kind: 'lane', chatId, lane, epoch } satisfies Claim);
      await tx.fenceLane(chatId, lane, epoch);
    },
    async fenceTask(taskId, attempt) {
      draft.claims.push({ kind: 'task', taskId, attempt } satisfies Claim);
      await tx.fenceTask(taskId, attempt);
    },
    async moveSchedule(id, read, move) {
      const moved = await tx.moveSchedule(id, read, move);
      if (moved) draft.schedules.push({ kind: 'moved', id, from: read.nextAt, nextAt: move.nextAt });
      return moved;
    },
    async patchSchedule(id, patch) {
      await tx.patchSchedule(id, patch);
      if (patch.nextAt !== undefined) draft.schedules.push({ kind: 'set', id, nextAt: patch.nextAt ?? undefined });
    },
    async insertTask(task, dependsOn) {
      await tx.insertTask(task, dependsOn);
      const { schedule_id: id, due, missed_since: since = due } = task.metadata;
      if (id === undefined || due === undefined || since === undefined) return;
      // The id that the program wrote there itself.
      const schedule = id as ScheduleId;
      draft.schedules.push({ kind: 'fired', id: schedule, due: Date.parse(due), since: Date.parse(since) });
    },
  };
  return { ...tx, ...watched };
}
