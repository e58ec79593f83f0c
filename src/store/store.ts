import type { Entry, EntryBody, EntryType, Outcome } from '../core/entry.ts';
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
} from '../core/ids.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Usage } from '../core/usage.ts';
import type {
  Approval,
  AuditRow,
  Chat,
  ChatKind,
  InboxRow,
  LaneRow,
  ParkReason,
  Passed,
  Schedule,
  Task,
  TaskSpec,
  User,
  WaitReason,
  Worker,
} from './rows.ts';

export type TaskFilter = {
  chatId?: ChatId | undefined;
  statuses?: readonly TaskStatus[] | undefined;
  parentLane?: LaneId | undefined;
  /** Created at or after. */
  since?: number | undefined;
  /** Newest first when set; oldest first otherwise. */
  newestFirst?: boolean | undefined;
  limit?: number | undefined;
};

export type ScheduleChat = { chatId: ChatId } & Pick<Schedule, 'ownsChat' | 'lastTaskId'>;

export type Subtree = { usage: Usage; toolUses: number; steps: number; tasks: number };

/** Questions to the store. A lost or broken database is `AppError('store')`; nothing found is `undefined` or an empty list. */
export interface Reader {
  user(id: UserId): Promise<User | undefined>;
  chat(id: ChatId): Promise<Chat | undefined>;
  /** Newest activity first. */
  chats(filter?: {
    kind?: ChatKind | undefined;
    cwd?: string | undefined;
    limit?: number | undefined;
  }): Promise<Chat[]>;
  /** Ordered by `seq`, `seq > after`, at most `limit`. */
  entries(
    chatId: ChatId,
    options?: {
      after?: number | undefined;
      through?: number | undefined;
      lane?: LaneId | undefined;
      type?: EntryType | undefined;
      limit?: number | undefined;
    },
  ): Promise<Entry[]>;
  /** The newest entries of a chat, of one lane of it, or of what has `seq < before`; ordered by `seq`. */
  lastEntries(
    chatId: ChatId,
    limit: number,
    of?: { readonly lane?: LaneId | undefined; readonly before?: number | undefined },
  ): Promise<Entry[]>;

  lane(chatId: ChatId, lane: LaneId): Promise<LaneRow | undefined>;
  /** Lanes that name a driver, whether it lives or not. */
  drivenLanes(): Promise<LaneRow[]>;
  /** What waits for a lane, in order of arrival. */
  pending(chatId: ChatId, lane: LaneId): Promise<InboxRow[]>;
  inboxRow(id: InboxId): Promise<InboxRow | undefined>;
  /** What people wrote to main lanes, of all chats, newest first; nothing longer than `maxChars`. */
  recentInputs(limit: number, maxChars: number): Promise<string[]>;
  /** Main lanes that have something waiting which wakes. */
  wakingLanes(chatIds?: readonly ChatId[]): Promise<{ chatId: ChatId; lane: LaneId }[]>;

  task(id: TaskId): Promise<Task | undefined>;
  tasks(filter: TaskFilter): Promise<Task[]>;
  taskByCall(chatId: ChatId, parentLane: LaneId, callId: string): Promise<Task | undefined>;
  taskByDedupeKey(key: string): Promise<Task | undefined>;
  /** The newest task of that agent or that conversation. */
  taskByAgent(agentId: AgentId): Promise<Task | undefined>;
  taskByConversation(id: ConversationId): Promise<Task | undefined>;
  dependencies(id: TaskId): Promise<TaskId[]>;
  dependants(id: TaskId): Promise<TaskId[]>;
  /** Sums over the task and everything under it. */
  subtree(id: TaskId): Promise<Subtree>;
  /** Every task under it, at any depth, not itself. */
  descendants(id: TaskId): Promise<Task[]>;
  countTasks(filter: {
    rootTurnId?: TurnId;
    creator?: UserId;
    chatId?: ChatId;
    since?: number;
    statuses?: readonly TaskStatus[];
  }): Promise<number>;
  /** How many queued tasks precede it. */
  queuePosition(id: TaskId): Promise<number>;

  /** Ids whose 26 characters end or begin with `part` (lower-case letters and digits only), in order, at most `limit`: what people type of an id. */
  tasksLike(part: string, limit: number): Promise<TaskId[]>;
  chatsLike(part: string, limit: number): Promise<ChatId[]>;

  approval(id: ApprovalId): Promise<Approval | undefined>;
  openApprovals(chatId?: ChatId): Promise<Approval[]>;
  worker(id: WorkerId): Promise<Worker | undefined>;
  /** Those that have not ended, whether their lease still runs or not; oldest first. */
  workers(): Promise<Worker[]>;
  /** Those that have ended, newest end first. */
  endedWorkers(limit: number): Promise<Worker[]>;
  /** Oldest first. */
  schedules(): Promise<Schedule[]>;
  schedule(id: ScheduleId): Promise<Schedule | undefined>;
  /** Enabled ones that are due at `now`, earliest first, and those that were planned when the clock stood later than `now`. */
  schedulesDue(now: number): Promise<Schedule[]>;
  /** Where runs of schedules land: what is looked at all the time, without the rest of them. */
  scheduleChats(): Promise<ScheduleChat[]>;
  /** The earliest due time of an enabled schedule, whether it has passed or not. */
  nextDueTime(): Promise<number | undefined>;
  /** Newest first. */
  audit(filter: { chatId?: ChatId; taskId?: TaskId; limit?: number }): Promise<AuditRow[]>;
}

export type Claim = {
  worker: WorkerId;
  now: number;
  /** Only tasks of these chats; absent: of all. */
  chatIds?: readonly ChatId[] | undefined;
  /** Not these models: their cap is reached. */
  exceptModels?: readonly string[] | undefined;
};

export type TaskPatch = {
  status?: TaskStatus;
  /** `null` takes it away. */
  waitReason?: WaitReason | null;
  parkReason?: ParkReason | null;
  attempt?: number;
  maxAttempts?: number;
  worker?: WorkerId | null;
  notBefore?: number | null;
  isBackground?: boolean;
  startedAt?: number;
  endedAt?: number | null;
  outcome?: Outcome | null;
  dedupeKey?: string | null;
  failures?: string[];
  metadata?: Record<string, string>;
  priority?: number;
  description?: string;
  spec?: TaskSpec;
};

/** Where a schedule stands after a due time was taken. */
export type ScheduleMove = Pick<Schedule, 'plannedAt' | 'passed'> & { nextAt: number | undefined };

export type SchedulePatch = {
  /** `null` takes it away. */
  chatId?: ChatId;
  lostChatId?: null;
  isEnabled?: boolean;
  nextAt?: number | null;
  plannedAt?: number;
  passed?: Passed;
  lastAt?: number;
  lastTaskId?: TaskId;
  problem?: string | null;
};

/** One transaction. Everything in it becomes true together, or none of it. Entries are numbered in the order of the calls. */
export interface Tx extends Reader {
  putUser(user: User): Promise<void>;
  createChat(chat: Omit<Chat, 'lastSeq'>): Promise<void>;
  renameChat(id: ChatId, title: string): Promise<void>;
  /** With everything in it; audit rows stay, and so do schedules: one that was given the chat is disabled, one that made it has none now. AppError `not-found` when there is no such chat. */
  deleteChat(id: ChatId): Promise<void>;
  /** AppError `not-found` when there is no such chat. */
  append(chatId: ChatId, lane: LaneId, at: number, bodies: readonly EntryBody[]): Promise<Entry[]>;

  putInbox(row: Omit<InboxRow, 'deliveredSeq'>): Promise<void>;
  /** AppError `conflict`, and with it the whole transaction back, when one of them no longer waits. */
  markDelivered(ids: readonly InboxId[], seq: number): Promise<void>;
  /** Takes back rows that still wait; returns how many. */
  removeInbox(ids: readonly InboxId[]): Promise<number>;

  /**
   * Makes `worker` the driver of a lane: when it has none, when it is this worker already, or when its driver has ended.
   * Returns the new epoch (unchanged when it was the driver already), or undefined when somebody else drives it, or `worker` itself is not registered or was ended.
   */
  claimLane(chatId: ChatId, lane: LaneId, worker: WorkerId): Promise<number | undefined>;
  releaseLane(chatId: ChatId, lane: LaneId, epoch: number): Promise<void>;
  /** AppError `fenced` unless that epoch is the lane's newest and still driven. */
  fenceLane(chatId: ChatId, lane: LaneId, epoch: number): Promise<void>;

  /** AppError `conflict` when its call or its dedupe key has a task already, `not-found` when a dependency or the chat does not exist. */
  insertTask(task: Task, dependsOn: readonly TaskId[]): Promise<void>;
  /** AppError `not-found` when there is no such task. */
  patchTask(id: TaskId, patch: TaskPatch): Promise<void>;
  /** Adds to the task's own figures. */
  addTaskUsage(id: TaskId, add: { usage: Usage; toolUses: number; steps: number }): Promise<void>;
  /**
   * Chooses the first queued task that is due (priority, then age), or one whose process went away, and leases it to the worker as `running`
   * with the next attempt number: one statement. Undefined when there is none, or when the worker was ended by others.
   */
  claimTask(claim: Claim): Promise<Task | undefined>;
  /** AppError `fenced` unless the task is running in that attempt. */
  fenceTask(id: TaskId, attempt: number): Promise<void>;
  deleteTasks(ids: readonly TaskId[]): Promise<number>;

  insertApproval(approval: Approval): Promise<void>;
  /** False when it had been answered already; AppError `not-found` when it was never asked. */
  answerApproval(
    id: ApprovalId,
    answer: { verdict: 'allowed' | 'denied' | 'expired'; by?: UserId; message?: string; at: number },
  ): Promise<boolean>;

  putWorker(worker: Worker): Promise<void>;
  /** `leaseUntil` only has to change. False when the worker was ended by another process in the meantime: it must stop what it runs. */
  renewWorker(id: WorkerId, leaseUntil: number): Promise<boolean>;
  endWorker(id: WorkerId, at: number): Promise<void>;
  /** Removes the rows of workers that have ended, but for the `kept` newest. */
  forgetWorkers(kept: number): Promise<void>;
  /** AppError `conflict` when another one has that name. */
  putSchedule(schedule: Schedule): Promise<void>;
  /**
   * Moves an enabled schedule on from where it was read, and returns it as it is then; undefined when it stands elsewhere by now: somebody else
   * fired it, or it was changed. One statement.
   */
  moveSchedule(
    id: ScheduleId,
    read: { readonly nextAt: number; readonly plannedAt: number },
    move: ScheduleMove,
  ): Promise<Schedule | undefined>;
  /** AppError `not-found` when there is no such schedule. */
  patchSchedule(id: ScheduleId, patch: SchedulePatch): Promise<void>;
  removeSchedule(id: ScheduleId): Promise<void>;
  addAudit(row: AuditRow): Promise<void>;
}

/** What was committed. `entries` are those of this process; `elsewhere` means that another process wrote something, and is only a hint. */
export type Change =
  | {
      readonly kind: 'committed';
      readonly entries: readonly Entry[];
      readonly touchedInbox: boolean;
      readonly touchedTasks: boolean;
      readonly touchedSchedules: boolean;
    }
  | { readonly kind: 'elsewhere' };

export type StreamRow = { chatId: ChatId; lane: LaneId; text: string; at: number };

export interface Store extends Reader {
  /**
   * Runs `work` in a transaction and resolves when it is durable. Calls that come together share one commit; each stands or falls alone.
   * `work` awaits nothing but the transaction, and may be run again. A `write` inside of one is refused: it would wait for itself.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Called after commits. Never in the middle of one. */
  onChange(listener: (change: Change) => void): () => void;
  /** `busy`: look for commits of other processes often; call what is returned when that is over. */
  watchClosely(): () => void;
  /** Runs `work` when this process is in no transaction: between two commits, at the latest after the one that is under way. */
  atRest(work: () => void): Promise<void>;
  /** The replaceable row of text that still streams; empty text takes it away. Not durable, not counted as an entry. */
  putStream(row: StreamRow): Promise<void>;
  streams(chatId: ChatId): Promise<StreamRow[]>;
  /** For `doctor`. */
  check(): Promise<{ version: string; schema: number; isOk: boolean; detail: string }>;
  close(): Promise<void>;
}
