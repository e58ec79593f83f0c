import * as z from 'zod';
import { permissionModeSchema } from './agent.ts';
import type { AgentId, ApprovalId, ChatId, ConversationId, InboxId, LaneId, TaskId, TurnId, UserId } from './ids.ts';
import { lazy } from './lazy.ts';
import { usageSchema } from './usage.ts';

/**
 * The union of all that can stand in a chat's log. An entry is a fact about the past: it is written once, in the transaction
 * that made it true, and never changed. A new member here makes every fold that must learn it fail to compile.
 */
const id = <T extends string>() => z.custom<T>(value => typeof value === 'string' && value !== '');

const toolCallSchema = lazy(() =>
  z.object({
    callId: z.string(),
    tool: z.string(),
    /** As the model wrote it, after JSON parsing; not validated by the tool's schema. */
    input: z.unknown(),
  }),
);
export type ToolCall = z.infer<ReturnType<typeof toolCallSchema>>;

export const outcomeSchema = lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('completed'), report: z.string() }),
    /** `partial`: what the subagent had said by then. */
    z.object({ kind: z.literal('failed'), reason: z.string(), message: z.string(), partial: z.string().optional() }),
    /** `by`: the lane that stopped it; absent: a person or another program. */
    z.object({
      kind: z.literal('stopped'),
      message: z.string(),
      partial: z.string().optional(),
      by: id<LaneId>().optional(),
    }),
  ]),
);
export type Outcome = z.infer<ReturnType<typeof outcomeSchema>>;

export const parkReasonSchema = lazy(() => z.enum(['budget', 'process-gone', 'asked']));
export const waitReasonSchema = lazy(() => z.enum(['dependencies', 'approval', 'idle-chat', 'due']));
const turnEndSchema = lazy(() =>
  z.enum([
    'done',
    'interrupted',
    'max-turns',
    'budget',
    'failed',
    /** The same call was made over and over; the loop was broken. */
    'loop',
  ]),
);
export type TurnEnd = z.infer<ReturnType<typeof turnEndSchema>>;

const chatEntries = {
  'chat:created': lazy(() =>
    z.object({
      type: z.literal('chat:created'),
      title: z.string(),
      userId: id<UserId>(),
      cwd: z.string(),
      /** The chat that it began as a copy of, and up to which entry of it. */
      forkedFrom: z.object({ chatId: id<ChatId>(), seq: z.number() }).optional(),
    }),
  ),
  'chat:renamed': lazy(() => z.object({ type: z.literal('chat:renamed'), title: z.string() })),
};

const inputEntries = {
  /** What a person wrote; `author` is who, when it is not the chat's own user. For a task's lane: its instruction. */
  'user:said': lazy(() =>
    z.object({
      type: z.literal('user:said'),
      inboxId: id<InboxId>(),
      text: z.string(),
      author: id<UserId>().optional(),
    }),
  ),
  'task:instructed': lazy(() => z.object({ type: z.literal('task:instructed'), prompt: z.string() })),
  /** What another lane sent with TaskSend. */
  'lane:messaged': lazy(() =>
    z.object({ type: z.literal('lane:messaged'), inboxId: id<InboxId>(), from: id<LaneId>(), text: z.string() }),
  ),
  /** One or more notifications, delivered together; `text` is what the model reads. */
  'notification:delivered': lazy(() =>
    z.object({
      type: z.literal('notification:delivered'),
      text: z.string(),
      isLate: z.boolean(),
      tasks: z.array(
        z.object({ inboxId: id<InboxId>(), taskId: id<TaskId>(), status: z.string(), summary: z.string() }),
      ),
    }),
  ),
  /** A remark of the program itself to the model: a broken loop, a recovered call, a parked task. */
  'program:remarked': lazy(() =>
    z.object({ type: z.literal('program:remarked'), inboxId: id<InboxId>().optional(), text: z.string() }),
  ),
};

const turnEntries = {
  'turn:started': lazy(() =>
    z.object({
      type: z.literal('turn:started'),
      turnId: id<TurnId>(),
      model: z.string(),
      cause: z.enum(['input', 'notification', 'task', 'resume']),
    }),
  ),
  'model:answered': lazy(() =>
    z.object({
      type: z.literal('model:answered'),
      turnId: id<TurnId>(),
      model: z.string(),
      text: z.string(),
      thinking: z.string().optional(),
      calls: z.array(toolCallSchema()),
      stop: z.enum(['end', 'tools', 'length', 'refused']),
      usage: usageSchema(),
      durationMs: z.number(),
      /** What the backend wants back with this message (signatures of thoughts, ids of its own): opaque to everybody else. */
      backend: z.unknown().optional(),
    }),
  ),
  /** A request that ended without an answer that counts; `text` is what had come by then. Its tool calls never ran. */
  'model:broke-off': lazy(() =>
    z.object({
      type: z.literal('model:broke-off'),
      turnId: id<TurnId>(),
      model: z.string(),
      text: z.string(),
      reason: z.string(),
      message: z.string(),
    }),
  ),
  'tool:started': lazy(() =>
    z.object({
      type: z.literal('tool:started'),
      turnId: id<TurnId>(),
      ...toolCallSchema().shape,
      isReadOnly: z.boolean(),
      /** It is made again after a crash although it does not only read: it finds its own earlier work. */
      isRepeatable: z.literal(true).optional(),
    }),
  ),
  'tool:ended': lazy(() =>
    z.object({
      type: z.literal('tool:ended'),
      turnId: id<TurnId>(),
      callId: z.string(),
      tool: z.string(),
      text: z.string(),
      isError: z.boolean(),
      /** It was not run because a rule, a mode or a person did not permit it. */
      isDenied: z.literal(true).optional(),
      /** For people: a diff, an exit code, a path. */
      display: z.unknown().optional(),
      durationMs: z.number(),
    }),
  ),
  'turn:ended': lazy(() =>
    z.object({
      type: z.literal('turn:ended'),
      turnId: id<TurnId>(),
      end: turnEndSchema(),
      message: z.string().optional(),
    }),
  ),
  'context:compacted': lazy(() =>
    z.object({
      type: z.literal('context:compacted'),
      summary: z.string(),
      /** Entries of the lane up to this sequence number are replaced by the summary in what the model sees. */
      throughSeq: z.number(),
      usage: usageSchema(),
    }),
  ),
};

/**
 * The mode; or a kind of use that is not asked about any more, without a pattern every use of the tool; or such a kind that is asked about
 * again.
 */
const policyChangeSchema = lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('mode'), mode: permissionModeSchema() }),
    z.object({ kind: z.literal('allow'), tool: z.string(), pattern: z.string().optional() }),
    z.object({ kind: z.literal('forget'), tool: z.string(), pattern: z.string().optional() }),
  ]),
);
export type PolicyChange = z.infer<ReturnType<typeof policyChangeSchema>>;

const approvalEntries = {
  /** A person changed what is permitted in this chat: to the primary agent, and through it to those that it sends. */
  'policy:changed': lazy(() =>
    z.object({ type: z.literal('policy:changed'), change: policyChangeSchema(), by: id<UserId>().optional() }),
  ),
  'approval:asked': lazy(() =>
    z.object({
      type: z.literal('approval:asked'),
      approvalId: id<ApprovalId>(),
      callId: z.string(),
      tool: z.string(),
      input: z.unknown(),
      reason: z.string(),
      deadline: z.number(),
    }),
  ),
  'approval:answered': lazy(() =>
    z.object({
      type: z.literal('approval:answered'),
      approvalId: id<ApprovalId>(),
      verdict: z.enum(['allowed', 'denied', 'expired']),
      by: id<UserId>().optional(),
      message: z.string().optional(),
    }),
  ),
};

const taskEntries = {
  'task:queued': lazy(() =>
    z.object({
      type: z.literal('task:queued'),
      taskId: id<TaskId>(),
      parentLane: id<LaneId>().optional(),
      parentCallId: z.string().optional(),
      agentId: id<AgentId>().optional(),
      conversationId: id<ConversationId>().optional(),
      agentType: z.string(),
      description: z.string(),
      model: z.string(),
      isBackground: z.boolean(),
      isSilent: z.boolean(),
      dependsOn: z.array(id<TaskId>()),
      depth: z.number(),
    }),
  ),
  'task:waited': lazy(() =>
    z.object({ type: z.literal('task:waited'), taskId: id<TaskId>(), reason: waitReasonSchema() }),
  ),
  'task:started': lazy(() => z.object({ type: z.literal('task:started'), taskId: id<TaskId>(), attempt: z.number() })),
  'task:parked': lazy(() =>
    z.object({
      type: z.literal('task:parked'),
      taskId: id<TaskId>(),
      attempt: z.number(),
      reason: parkReasonSchema(),
      message: z.string(),
    }),
  ),
  /** Back in the queue: after a crash, a park, or by `retry`. */
  'task:requeued': lazy(() =>
    z.object({ type: z.literal('task:requeued'), taskId: id<TaskId>(), attempt: z.number(), reason: z.string() }),
  ),
  'task:backgrounded': lazy(() => z.object({ type: z.literal('task:backgrounded'), taskId: id<TaskId>() })),
  'task:ended': lazy(() =>
    z.object({
      type: z.literal('task:ended'),
      taskId: id<TaskId>(),
      attempt: z.number(),
      outcome: outcomeSchema(),
      /** Of the whole subtree. */
      usage: usageSchema(),
      toolUses: z.number(),
      durationMs: z.number().optional(),
    }),
  ),
  /** For people: a hook that failed, a callback that threw, a truncated transcript. */
  'note:written': lazy(() =>
    z.object({ type: z.literal('note:written'), level: z.enum(['info', 'warning', 'error']), text: z.string() }),
  ),
};

/** What each type of entry holds. A schema is built when the first entry of its type is read: a start meets few of them. */
const entrySchemas = { ...chatEntries, ...inputEntries, ...turnEntries, ...approvalEntries, ...taskEntries };
export type EntryBody = z.infer<ReturnType<(typeof entrySchemas)[keyof typeof entrySchemas]>>;

/** Reads the body of an entry. An entry of a type that this version does not know fails as one of no type does. */
export function parseEntryBody(body: unknown): z.ZodSafeParseResult<EntryBody> {
  const type: unknown = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  const schema: z.ZodType<EntryBody> = isEntryType(type) ? entrySchemas[type]() : anyBodySchema();
  return schema.safeParse(body);
}

const anyBodySchema = lazy(() => {
  const { 'chat:created': first, ...others } = entrySchemas;
  return z.discriminatedUnion('type', [first(), ...Object.values(others).map(schema => schema())]);
});

function isEntryType(type: unknown): type is EntryType {
  return typeof type === 'string' && Object.hasOwn(entrySchemas, type);
}

export type EntryType = EntryBody['type'];

type Envelope = {
  readonly chatId: ChatId;
  /** Gapless per chat, from 1. */
  readonly seq: number;
  readonly lane: LaneId;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
};
export type Entry = Envelope & EntryBody;
export type EntryOf<T extends EntryType> = Envelope & Extract<EntryBody, { type: T }>;
