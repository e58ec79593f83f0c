import type { Entry } from '../../../src/core/entry.ts';
import type {
  ApprovalId,
  ChatId,
  InboxId,
  LaneId,
  ScheduleId,
  TaskId,
  UserId,
  WorkerId,
} from '../../../src/core/ids.ts';
import type {
  Approval,
  AuditRow,
  Chat,
  InboxRow,
  LaneRow,
  Schedule,
  Task,
  User,
  Worker,
} from '../../../src/store/rows.ts';
import type { StreamRow } from '../../../src/store/store.ts';

/**
 * Everything that is stored. Neither a table nor a row is ever changed: a writer puts a copy in its place, so that whoever holds a state holds a
 * snapshot, and taking one back is forgetting it.
 */
export type State = {
  readonly users: ReadonlyMap<UserId, User>;
  readonly chats: ReadonlyMap<ChatId, Chat>;
  /** By chat; the entry number n stands at n - 1. */
  readonly entries: ReadonlyMap<ChatId, readonly Entry[]>;
  readonly lanes: ReadonlyMap<string, LaneRow>;
  /** In order of arrival. */
  readonly inbox: ReadonlyMap<InboxId, InboxRow>;
  readonly tasks: ReadonlyMap<TaskId, Task>;
  /** What a task depends on, in its order. */
  readonly dependencies: ReadonlyMap<TaskId, readonly TaskId[]>;
  readonly approvals: ReadonlyMap<ApprovalId, Approval>;
  readonly workers: ReadonlyMap<WorkerId, Worker>;
  readonly schedules: ReadonlyMap<ScheduleId, Schedule>;
  readonly audit: readonly AuditRow[];
  readonly streams: ReadonlyMap<string, StreamRow>;
};

export const emptyState: State = {
  users: new Map(),
  chats: new Map(),
  entries: new Map(),
  lanes: new Map(),
  inbox: new Map(),
  tasks: new Map(),
  dependencies: new Map(),
  approvals: new Map(),
  workers: new Map(),
  schedules: new Map(),
  audit: [],
  streams: new Map(),
};

export function laneKey(chatId: ChatId, lane: LaneId): string {
  return `${chatId}/${lane}`;
}

/** A copy of the table with that row in it; a new row comes last. */
export function withRow<K, V>(table: ReadonlyMap<K, V>, key: K, row: V): ReadonlyMap<K, V> {
  return new Map(table).set(key, row);
}

export function withoutRows<K, V>(table: ReadonlyMap<K, V>, isGone: (row: V, key: K) => boolean): ReadonlyMap<K, V> {
  return new Map([...table].filter(([key, row]) => !isGone(row, key)));
}

/** A copy without the members that are undefined or null: what a row that was stored and read again is. */
export function stored<T extends object>(row: { readonly [K in keyof T]: T[K] | null | undefined }): T {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) if (value !== undefined && value !== null) kept[key] = value;
  return kept as T; // TypeScript cannot follow a filter over keys; the loop above is the proof.
}

/** Whether that worker is registered and has not ended. */
export function isHeld(state: State, worker: WorkerId | undefined): boolean {
  const row = worker === undefined ? undefined : state.workers.get(worker);
  return row !== undefined && row.endedAt === undefined;
}
