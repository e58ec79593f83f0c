import type { Generated, Insertable } from 'kysely';
import type { EntryType } from '../../core/entry.ts';
import type {
  AgentId,
  ApprovalId,
  ChatId,
  ConversationId,
  InboxId,
  LaneId,
  ScheduleId,
  TaskId,
  TurnId,
  UserId,
  WorkerId,
} from '../../core/ids.ts';
import type { TaskStatus } from '../../core/task-status.ts';
import type { Approval, ChatKind, InboxKind, InboxRow, Notify, ParkReason, Schedule, WaitReason } from '../rows.ts';

/**
 * The tables as both adapters see them. Times are milliseconds since 1970, booleans are 0 and 1, `spec`, `outcome`, `metadata`, `failures`,
 * `input` and `data` are JSON as text. The migrations hold what a column may contain.
 */
export type Schema = {
  users: UsersTable;
  chats: ChatsTable;
  entries: EntriesTable;
  lanes: LanesTable;
  inbox: InboxTable;
  tasks: TasksTable;
  task_dependencies: DependenciesTable;
  approvals: ApprovalsTable;
  schedules: SchedulesTable;
  audit: AuditTable;
  workers: WorkersTable;
  streams: StreamsTable;
};

type Flag = 0 | 1;

export type UsersTable = { id: UserId; name: string; created_at: number };

export type ChatsTable = {
  id: ChatId;
  user_id: UserId;
  kind: ChatKind;
  title: string;
  cwd: string;
  created_at: number;
  updated_at: number;
  last_seq: number;
};

export type EntriesTable = { chat_id: ChatId; seq: number; lane: LaneId; type: EntryType; data: string; at: number };

type LanesTable = { chat_id: ChatId; lane: LaneId; epoch: number; driver: WorkerId | null };

type InboxTable = {
  arrival: Generated<number>;
  id: InboxId;
  chat_id: ChatId;
  lane: LaneId;
  kind: InboxKind;
  text: string;
  from_lane: LaneId | null;
  author: UserId | null;
  status: string | null;
  summary: string | null;
  wakes: Flag;
  takes: InboxRow['takes'];
  created_at: number;
  delivered_seq: number | null;
};

export type TasksTable = {
  id: TaskId;
  chat_id: ChatId;
  parent_lane: LaneId | null;
  parent_call_id: string | null;
  root_turn_id: TurnId | null;
  agent_id: AgentId;
  conversation_id: ConversationId;
  depth: number;
  agent_type: string;
  description: string;
  prompt: string;
  model: string;
  spec: string;
  status: TaskStatus;
  wait_reason: WaitReason | null;
  park_reason: ParkReason | null;
  attempt: number;
  max_attempts: number;
  worker: WorkerId | null;
  not_before: number | null;
  priority: number;
  is_background: Flag;
  is_silent: Flag;
  notify: Notify;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  outcome: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  cost_usd: number | null;
  tool_uses: number;
  steps: number;
  creator: UserId;
  origin: string;
  metadata: string;
  dedupe_key: string | null;
  failures: string;
};

type DependenciesTable = { task_id: TaskId; depends_on: TaskId; position: number };

export type ApprovalsTable = {
  id: ApprovalId;
  chat_id: ChatId;
  lane: LaneId;
  call_id: string;
  tool: string;
  input: string;
  reason: string;
  asked_at: number;
  deadline: number;
  verdict: NonNullable<Approval['verdict']> | null;
  answered_by: UserId | null;
  message: string | null;
  answered_at: number | null;
};

export type SchedulesTable = {
  id: ScheduleId;
  name: string;
  expression: string;
  time_zone: string;
  catch_up: Schedule['catchUp'];
  prompt: string;
  spec: string;
  creator: UserId;
  chat_id: ChatId | null;
  owns_chat: Flag;
  lost_chat_id: ChatId | null;
  is_enabled: Flag;
  next_at: number | null;
  planned_at: number;
  passed: string;
  last_at: number | null;
  last_task_id: TaskId | null;
  problem: string | null;
  created_at: number;
};
export type ScheduleClaimColumns = Pick<SchedulesTable, 'next_at' | 'planned_at' | 'passed'>;

export type AuditTable = {
  id: Generated<number>;
  at: number;
  who: UserId;
  what: string;
  origin: string;
  task_id: TaskId | null;
  chat_id: ChatId | null;
  detail: string | null;
};

export type WorkersTable = {
  id: WorkerId;
  kind: string;
  pid: number;
  host: string;
  started_at: number;
  lease_until: number;
  ended_at: number | null;
};

type StreamsTable = { chat_id: ChatId; lane: LaneId; text: string; at: number };

/** A row as it is written: without the columns that the database numbers. */
export type New<Table extends keyof Schema> = Insertable<Schema[Table]>;
