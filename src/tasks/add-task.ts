import type { AgentDefinition } from '../core/agent.ts';
import { AppError } from '../core/error.ts';
import { type ChatId, type LaneId, shortId, type TaskId } from '../core/ids.ts';
import type { Chat, Notify, Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { checkRate } from './add-rate.ts';
import { makeAgentChat } from './agent-chat.ts';
import { findDefinition } from './choose-agent.ts';
import { dedupeKeyOf } from './dedupe-key.ts';
import { refuseCycle } from './dependency-cycle.ts';
import { checkedInstruction } from './instruction.ts';
import { orderTask } from './order-task.ts';
import type { Program } from './program.ts';

export type AddTask = {
  readonly instruction: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly dependsOn?: readonly TaskId[] | undefined;
  readonly allowDuplicates?: boolean | undefined;
  /** Absent: the task makes a chat of its own. */
  readonly chatId?: ChatId | undefined;
  /** Name of an agent definition; default `general-purpose`. */
  readonly agent?: string | undefined;
  /** Wins over the definition's; default: the program's. */
  readonly model?: string | undefined;
  /** Not started before: milliseconds since 1970. */
  readonly notBefore?: number | undefined;
  /** Higher first; default 0. */
  readonly priority?: number | undefined;
  /** Default `quiet`: the chat's next turn is told. */
  readonly notify?: Notify | undefined;
  /** The lane that adds it, when a task does; it must not wait for itself. */
  readonly addedBy?: LaneId | undefined;
  /** Where it was added: `cli`, `http`, … Default `library`. */
  readonly origin?: string | undefined;
};

export type AddedTask = {
  readonly task: Task;
  /** It was there before, not finished, with the same instruction and metadata (T7). */
  readonly isExisting: boolean;
};

export type AddDeps = Pick<Program, 'base' | 'user' | 'policy' | 'workspace' | 'chooseModel' | 'limits'>;

/**
 * Makes a durable task for whichever worker is free. Without a chat it gets one of its own; in a chat it sees the main lane up to now (T13) and the
 * main lane owns it. Changes nothing of what it was given. AppError, with nothing stored: `usage` (blank instruction), `bad-input` (metadata,
 * cyclic dependency, model), `not-found` (chat, agent, dependency), `conflict` (rate limit, a dependency that has failed).
 */
export async function addTask(program: AddDeps, wanted: AddTask): Promise<AddedTask> {
  const { store } = program.base;
  const instruction = checkedInstruction(program.limits, 'instruction', wanted.instruction);
  const chat = wanted.chatId === undefined ? undefined : await mustFindChat(program, wanted.chatId);
  const metadata = checkedMetadata(program, wanted.metadata ?? {}, chat?.id);
  const definition = await findDefinition(program.base, wanted.agent ?? 'general-purpose');
  if (definition.isolation === 'worktree') await program.base.worktrees.check(chat?.cwd ?? program.workspace);
  const dedupeKey = wanted.allowDuplicates ? undefined : dedupeKeyOf({ instruction, metadata, chatId: chat?.id });
  const before = dedupeKey === undefined ? undefined : await store.taskByDedupeKey(dedupeKey);
  if (before) return { task: before, isExisting: true };
  const model = await modelFor(program, wanted.model ?? definition.model);
  const making: Making = { wanted, instruction, chatId: chat?.id, metadata, definition, model, dedupeKey };
  return store.write(tx => make(program, tx, making));
}

type Making = {
  readonly wanted: AddTask;
  readonly instruction: string;
  readonly chatId: ChatId | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly definition: AgentDefinition;
  readonly model: string;
  readonly dedupeKey: string | undefined;
};

async function make(program: AddDeps, tx: Tx, making: Making): Promise<AddedTask> {
  const { wanted, definition, dedupeKey } = making;
  const existing = dedupeKey === undefined ? undefined : await tx.taskByDedupeKey(dedupeKey);
  if (existing) return { task: existing, isExisting: true };
  const origin = wanted.origin ?? 'library';
  const dependsOn = [...new Set(wanted.dependsOn)];
  await checkRate(program, tx, making.chatId);
  await refuseCycle(tx, wanted.addedBy ?? 'main', dependsOn);
  const id = program.base.ids('task');
  const own = { title: `Task: ${shortId(id)}`, cwd: program.workspace };
  const chat = making.chatId === undefined ? await makeAgentChat(program.base, tx, own) : await tx.chat(making.chatId);
  if (!chat) throw noChat(making.chatId);
  const task = await orderTask(program.base, tx, {
    id,
    chat,
    definition,
    prompt: making.instruction,
    model: making.model,
    base: chat.lastSeq > 0 && making.chatId !== undefined ? [{ lane: 'main', throughSeq: chat.lastSeq }] : [],
    policy: program.policy,
    notify: wanted.notify ?? 'quiet',
    dependsOn,
    creator: program.user,
    origin,
    metadata: making.metadata,
    notBefore: wanted.notBefore,
    priority: wanted.priority,
    dedupeKey,
  });
  return { task, isExisting: false };
}

/** A copy with the chat beside what was given (T5). */
function checkedMetadata(
  { limits }: AddDeps,
  given: Readonly<Record<string, string>>,
  chatId: ChatId | undefined,
): Record<string, string> {
  if (Object.hasOwn(given, 'chat_id'))
    throw new AppError(
      'bad-input',
      'the metadata "chat_id" says in which chat a task runs; name the chat itself (--chat)',
    );
  const bytes = Buffer.byteLength(JSON.stringify(given));
  if (bytes > limits.metadataBytes)
    throw new AppError('bad-input', `the metadata has ${bytes} bytes; at most ${limits.metadataBytes} are allowed`);
  return { ...given, ...(chatId === undefined ? {} : { chat_id: chatId }) };
}

export async function mustFindChat({ base }: Pick<AddDeps, 'base'>, id: ChatId): Promise<Chat> {
  const chat = await base.store.chat(id);
  if (!chat) throw noChat(id);
  return chat;
}

function noChat(id: ChatId | undefined): AppError {
  return new AppError('not-found', `there is no chat ${id}; \`legwork chats list\` shows what there is`);
}

async function modelFor({ base, chooseModel }: AddDeps, handle: string): Promise<string> {
  return handle === 'inherit' ? (await chooseModel()).handle : base.models.check(handle);
}
