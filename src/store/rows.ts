import * as z from 'zod';
import { agentDefinitionSchema, budgetSchema, permissionModeSchema } from '../core/agent.ts';
import type { Outcome, parkReasonSchema, waitReasonSchema } from '../core/entry.ts';
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
import { lazy } from '../core/lazy.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Usage } from '../core/usage.ts';

/** All times are milliseconds since 1970, UTC. Optional members are absent, never null. */
export type User = { id: UserId; name: string; createdAt: number };

export type ChatKind =
  /** Made by a person; in their list. */
  | 'person'
  /** Made by a task or schedule that had no chat. */
  | 'agent';

export type Chat = {
  id: ChatId;
  userId: UserId;
  kind: ChatKind;
  title: string;
  /** Absolute path of the workspace. */
  cwd: string;
  createdAt: number;
  updatedAt: number;
  /** Sequence number of the newest entry; 0 when there is none. */
  lastSeq: number;
};

export type ParkReason = z.infer<ReturnType<typeof parkReasonSchema>>;
export type WaitReason = z.infer<ReturnType<typeof waitReasonSchema>>;
/** What the end of a task does to the lane that owns it: start a turn, wait for the next one, nothing. */
export type Notify = 'wake' | 'quiet' | 'none';

const laneId = () => z.custom<LaneId>(value => typeof value === 'string' && value !== '');
const ruleSchema = lazy(() =>
  z.object({
    kind: z.enum(['allow', 'ask', 'deny']),
    tool: z.string(),
    pattern: z.string().optional(),
    source: z.string(),
  }),
);
export const policySchema = lazy(() =>
  z.object({
    mode: permissionModeSchema(),
    rules: z.array(ruleSchema()),
    roots: z.array(z.string()),
    only: z.array(z.object({ tool: z.string(), pattern: z.string() })).optional(),
    tools: z.array(z.string()).optional(),
    withoutTools: z.array(z.string()).optional(),
  }),
);

/** The part of a task that only the one who runs it reads. Kept as JSON; fixed at the spawn but for the budget, so that every attempt works the same way. */
export const taskSpecSchema = lazy(() =>
  z.object({
    definition: agentDefinitionSchema(),
    /** The entries of these lanes up to these sequence numbers precede the task's own lane in what its model sees. */
    base: z.array(z.object({ lane: laneId(), throughSeq: z.number() })),
    /** Policies of the task and its ancestors, outermost first; the strictest decision counts. */
    policies: z.array(policySchema()),
    cwd: z.string(),
    maxTurns: z.number().optional(),
    timeoutMs: z.number(),
    budget: budgetSchema().optional(),
    isolation: z.enum(['none', 'worktree']),
    /** It has a dedupe key whenever it is not finished. */
    isUnique: z.boolean().optional(),
  }),
);
export type TaskSpec = z.infer<ReturnType<typeof taskSpecSchema>>;

export type Task = {
  id: TaskId;
  chatId: ChatId;
  /** The lane that spawned it and gets its notification; absent for a task without an owner. */
  parentLane?: LaneId;
  /** The tool call that spawned it: one task per call. */
  parentCallId?: string;
  /** Turn of the root lane under which it was spawned; counts against `limits.tasksPerTurn`. */
  rootTurnId?: TurnId;
  agentId: AgentId;
  conversationId: ConversationId;
  depth: number;
  agentType: string;
  description: string;
  prompt: string;
  model: string;
  spec: TaskSpec;
  status: TaskStatus;
  waitReason?: WaitReason;
  parkReason?: ParkReason;
  /** 0 before the first start. */
  attempt: number;
  maxAttempts: number;
  worker?: WorkerId;
  notBefore?: number;
  /** Higher first; default 0. */
  priority: number;
  isBackground: boolean;
  isSilent: boolean;
  notify: Notify;
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  /** Of this task alone; `Reader.subtree` sums. */
  usage: Usage;
  toolUses: number;
  steps: number;
  creator: UserId;
  /** `agent`, `cli`, `schedule`, `http` … */
  origin: string;
  metadata: Record<string, string>;
  /** Set while a second one like it is to be refused (T7). */
  dedupeKey?: string;
  /** Why earlier attempts ended. */
  failures: string[];
};

export type InboxKind = 'input' | 'notification' | 'message' | 'remark';
/** What waits for a lane. A row is delivered in the transaction that appends the entry made of it. */
export type InboxRow = {
  id: InboxId;
  chatId: ChatId;
  lane: LaneId;
  kind: InboxKind;
  /** For `input` and `remark`: the text. For `notification`: the XML element. For `message`: the text. */
  text: string;
  /** The task that ended, or the lane that sent it. */
  from?: LaneId;
  /** Who typed it. */
  author?: UserId;
  /** For a notification: `completed` … and one line for people. */
  status?: string;
  summary?: string;
  /** Whether it starts a turn when the lane is idle. */
  wakes: boolean;
  /** `boundary`: taken at the next tool boundary; `turn`: taken when the turn is over. */
  takes: 'boundary' | 'turn';
  createdAt: number;
  /** Entry it became; absent while it waits. */
  deliveredSeq?: number;
};

export type Approval = {
  id: ApprovalId;
  chatId: ChatId;
  lane: LaneId;
  callId: string;
  tool: string;
  input: unknown;
  reason: string;
  askedAt: number;
  deadline: number;
  verdict?: 'allowed' | 'denied' | 'expired';
  by?: UserId;
  message?: string;
  answeredAt?: number;
};

export type Worker = {
  id: WorkerId;
  kind: string;
  pid: number;
  host: string;
  startedAt: number;
  leaseUntil: number;
  endedAt?: number;
};

export type LaneRow = { chatId: ChatId; lane: LaneId; epoch: number; driver?: WorkerId };

/** What its runs are made of, fixed when it was made. Kept as JSON. */
export const scheduleSpecSchema = lazy(() =>
  z.object({
    definition: agentDefinitionSchema(),
    /** Absent: the model that the program which fires it would choose. */
    model: z.string().optional(),
    policy: policySchema(),
    /** Workspace of a chat that it makes. */
    cwd: z.string(),
  }),
);

/** Stretches of the clock, from and up to a moment, oldest first, in which every due time has had its firing. */
export const passedSchema = lazy(() => z.array(z.tuple([z.number(), z.number()]).readonly()).readonly());
export type Passed = z.infer<ReturnType<typeof passedSchema>>;

export type Schedule = {
  id: ScheduleId;
  /** No two have the same. */
  name: string;
  /** As it was typed; `tasks/schedule.ts` reads it. */
  when: string;
  timeZone: string;
  /** What becomes of due times that passed while nothing could fire. */
  catchUp: 'none' | 'one' | 'all';
  prompt: string;
  spec: z.infer<ReturnType<typeof scheduleSpecSchema>>;
  creator: UserId;
  /** Where its runs land; absent before the first one of a schedule that makes its chat, and when the chat was deleted. */
  chatId?: ChatId;
  /** It made its chat, or will. */
  ownsChat: boolean;
  /** The chat that it had before that was deleted. */
  lostChatId?: ChatId;
  isEnabled: boolean;
  /** Absent while it is disabled. */
  nextAt?: number;
  /** What the clock said when `nextAt` was chosen: a clock that says less was set back. */
  plannedAt: number;
  passed: Passed;
  /** When it last made a task, and which. */
  lastAt?: number;
  lastTaskId?: TaskId;
  /** Why its last due time made no task. */
  problem?: string;
  createdAt: number;
};

export type AuditRow = {
  at: number;
  who: UserId;
  what: string;
  from: string;
  taskId?: TaskId;
  chatId?: ChatId;
  detail?: string;
};
