import type { Budget } from '../core/agent.ts';
import { AppError } from '../core/error.ts';
import type { ChatId, UserId } from '../core/ids.ts';
import { openStatuses } from '../core/task-status.ts';
import { oneLine } from '../core/text.ts';
import type { LaneWork } from '../engine/lane-work.ts';
import { openSession, type Session } from '../engine/session.ts';
import type { Policy } from '../permissions/policy.ts';
import type { Chat, Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { type ChatPolicy, createChatPolicy } from './chat-policy.ts';
import { createFileLedger } from './file-ledger.ts';
import { primaryWork } from './primary-work.ts';
import type { Recovery } from './recovery.ts';
import { createRunBudget } from './run-budget.ts';
import { survey } from './survey.ts';
import type { TaskDeps } from './task-deps.ts';
import { isPutAside } from './tell-parked.ts';
import { type BaseDeps, startWorking, type Working, type WorkingOptions } from './working.ts';

export type OpenChat = {
  readonly chat: Chat;
  readonly session: Session;
  readonly working: Working;
  /** What others had left in it when it was opened; undefined: nothing. */
  readonly found: Recovery | undefined;
  /** What is permitted in it now. */
  readonly policy: ChatPolicy;
  /** What its next turn would work with; to look at, not to write under. */
  readonly work: () => Promise<LaneWork>;
  close(): Promise<void>;
};

export type OpenChatOptions = Omit<WorkingOptions, 'chatIds'> & {
  readonly chatId: ChatId;
  readonly user: UserId;
  readonly model: string;
  /** The model of the next turn, where it can change; absent: `model`. */
  readonly modelNow?: (() => string) | undefined;
  readonly policy: Policy;
  /** The mode that this run of the program was told to begin with: it goes before the one that the chat had. */
  readonly modeAsked?: Policy['mode'] | undefined;
  readonly extraPrompt?: string | undefined;
  readonly budget?: Budget | undefined;
  /** Model steps that the main lane may take in this run. */
  readonly maxSteps?: number | undefined;
  readonly startsOnLate: boolean;
  /** Further chats whose tasks are run here. */
  readonly alsoServes?: (() => readonly ChatId[]) | undefined;
  /** Whether waiting rows may start a turn now; absent: always. */
  readonly mayStart?: ((deps: TaskDeps) => Promise<boolean>) | undefined;
};

/** Opens a chat for a face: this process runs its tasks and, unless another one does, its main lane. AppError `not-found` without such a chat. */
export async function openChat(base: BaseDeps, options: OpenChatOptions): Promise<OpenChat> {
  const { chatId, user, model, policy, budget, maxSteps } = options;
  const chat = await base.store.chat(chatId);
  if (!chat) throw new AppError('not-found', `there is no chat ${chatId}; \`legwork chats list\` shows them`);
  const startSeq = chat.lastSeq;
  const found = startSeq > 1 ? await foundIn(base, chat, options) : undefined;
  const chatPolicy = createChatPolicy(base, { chatId, base: policy, isNew: startSeq <= 1 });
  await chatPolicy.refresh();
  const mode = options.modeAsked;
  const isOtherMode = mode !== undefined && mode !== chatPolicy.policy.mode;
  if (isOtherMode) chatPolicy.hold(mode);
  const runBudget = budget && createRunBudget(base, chatId, budget, startSeq);
  const working = await startWorking(base, {
    ...options,
    chatIds: () => [chatId, ...(options.alsoServes?.() ?? [])],
    allowedInChat: of => (of === chatId ? chatPolicy.changes().allowed : undefined),
    rootPolicy: of => (of === chatId ? chatPolicy.policy : undefined),
    runBudget: of => (of === chatId ? runBudget : undefined),
  });
  const stepsLeft =
    maxSteps === undefined
      ? undefined
      : async () => Math.max(0, maxSteps - (await stepsSince(base.store, chatId, startSeq)));
  const primary = {
    chatId,
    user,
    model,
    policy: chatPolicy.policy,
    cwd: chat.cwd,
    files: createFileLedger(),
    extraPrompt: options.extraPrompt ?? '',
    budget: runBudget,
    stepsLeft,
  };
  const session = openSession(base, {
    chatId,
    user,
    worker: working.worker,
    async work(epoch) {
      await chatPolicy.refresh();
      return primaryWork(working.deps, { ...primary, model: options.modelNow?.() ?? model }, epoch);
    },
    startsOnLate: options.startsOnLate,
    expectsMore: async () => (await openTasks(base.store, chatId)).some(task => task.parentLane === 'main'),
    mayStart: options.mayStart && (async () => options.mayStart?.(working.deps) ?? true),
  });
  // Where somebody watches, all who watch are told; `bypass` is a process's own.
  if (isOtherMode && options.kind === 'interactive' && mode !== 'bypass')
    await session.changePolicy({ kind: 'mode', mode });
  return {
    chat,
    session,
    working,
    found,
    policy: chatPolicy,
    async work() {
      await chatPolicy.refresh();
      return primaryWork(working.deps, { ...primary, model: options.modelNow?.() ?? model }, 0);
    },
    async close() {
      chatPolicy.close();
      await session.close();
      await working.close();
    },
  };
}

/** A chat that holds no more than its beginning is not asked about: most starts are of those. */
async function foundIn(base: BaseDeps, chat: Chat, { host, canAsk }: OpenChatOptions): Promise<Recovery | undefined> {
  const sight = { host, now: base.clock.now(), isAlive: base.isAlive };
  return survey(base.store, { sight, chatIds: [chat.id], drives: chat, canAsk: canAsk(chat.id) });
}

/** Makes a chat with its first entry. */
export async function createChat(
  base: Pick<BaseDeps, 'store' | 'ids' | 'clock'>,
  wanted: { user: UserId; cwd: string; title: string; kind?: Chat['kind'] },
): Promise<ChatId> {
  const id = base.ids('chat');
  const at = base.clock.now();
  const title = oneLine(wanted.title, 80) || 'New chat';
  await base.store.write(async tx => {
    await tx.createChat({
      id,
      userId: wanted.user,
      kind: wanted.kind ?? 'person',
      title,
      cwd: wanted.cwd,
      createdAt: at,
      updatedAt: at,
    });
    await tx.append(id, 'main', at, [{ type: 'chat:created', title, userId: wanted.user, cwd: wanted.cwd }]);
  });
  return id;
}

/** Tasks of a chat that have not ended and are not parked until somebody retries them: what is owed to somebody. */
export async function openTasks(reader: Reader, chatId: ChatId): Promise<Task[]> {
  const open = await reader.tasks({ chatId, statuses: openStatuses });
  return open.filter(task => !isPutAside(task));
}

async function stepsSince(reader: Reader, chatId: ChatId, seq: number): Promise<number> {
  const entries = await reader.entries(chatId, { lane: 'main', after: seq });
  return entries.filter(entry => entry.type === 'model:answered').length;
}
