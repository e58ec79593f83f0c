import type { AgentDefinition, Budget } from '../core/agent.ts';
import type { EntryBody } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { AgentId, ChatId, ConversationId, LaneId, TaskId, TurnId, UserId } from '../core/ids.ts';
import { oneLine } from '../core/text.ts';
import type { Policy } from '../permissions/policy.ts';
import { type Notify, policySchema, type Task, type TaskSpec } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { refuseCycle } from './dependency-cycle.ts';
import { hasEnded } from './lifecycle.ts';
import type { TaskDeps } from './task-deps.ts';

/** What a new task is, after every default was filled in. */
export type NewTask = {
  /** Made by who had to know it before; absent: a new one. */
  readonly id?: TaskId | undefined;
  readonly chatId: ChatId;
  /** The lane that owns it: gets the notification. */
  readonly parent?: { readonly lane: LaneId; readonly callId?: string; readonly rootTurnId?: TurnId } | undefined;
  readonly depth: number;
  readonly definition: AgentDefinition;
  readonly prompt: string;
  readonly description: string;
  readonly model: string;
  readonly agentId?: AgentId | undefined;
  readonly conversationId?: ConversationId | undefined;
  readonly base: TaskSpec['base'];
  readonly policies: readonly Policy[];
  readonly cwd: string;
  readonly isBackground: boolean;
  readonly isSilent?: boolean | undefined;
  readonly notify: Notify;
  readonly maxTurns?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly budget?: Budget | undefined;
  readonly isolation?: 'none' | 'worktree' | undefined;
  readonly dependsOn: readonly TaskId[];
  readonly creator: UserId;
  readonly origin: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly notBefore?: number | undefined;
  readonly priority?: number | undefined;
  /** Refuses a second unfinished task of the same key. */
  readonly dedupeKey?: string | undefined;
};

export type Spawned = {
  readonly task: Task /** It was there before: same call, or same instruction and metadata. */;
  readonly isExisting: boolean;
};

/**
 * Makes a task durable: row, dependencies and the entry that tells of it in the given transaction. A call that made a task before a crash
 * gets that task again.
 * AppError `not-found`: an unknown dependency; `bad-input`: one that could never be met, or a budget that cannot
 * be kept; `budget`: nothing is left to spend; `conflict`: a limit, named with how to raise it.
 */
export async function spawnTask(deps: TaskDeps, tx: Tx, wanted: NewTask): Promise<Spawned> {
  const existing = await findExisting(tx, wanted);
  if (existing) return { task: existing, isExisting: true };
  await checkLimits(deps, tx, wanted);
  await refuseCycle(tx, wanted.parent?.lane ?? 'main', wanted.dependsOn);
  checkPrice(deps, wanted);
  checkBudget(wanted);
  const dependencies = await readDependencies(tx, wanted.dependsOn);
  const isWaiting = dependencies.some(task => task.status !== 'completed');
  const task = taskOf(deps, wanted, isWaiting);
  await tx.insertTask(task, wanted.dependsOn);
  const entries: EntryBody[] = [queuedEntry(task, wanted.dependsOn)];
  if (isWaiting) entries.push({ type: 'task:waited', taskId: task.id, reason: 'dependencies' });
  await tx.append(task.chatId, task.id, task.createdAt, entries);
  return { task, isExisting: false };
}

async function findExisting(tx: Tx, wanted: NewTask): Promise<Task | undefined> {
  const { parent } = wanted;
  if (parent?.callId !== undefined) return tx.taskByCall(wanted.chatId, parent.lane, parent.callId);
  return wanted.dedupeKey === undefined ? undefined : tx.taskByDedupeKey(wanted.dedupeKey);
}

async function checkLimits(deps: TaskDeps, tx: Tx, wanted: NewTask): Promise<void> {
  const { taskDepth, tasksPerTurn, dependencies } = deps.limits;
  if (wanted.depth > taskDepth) {
    throw new AppError(
      'conflict',
      `A task at depth ${wanted.depth} is not allowed: the limit is ${taskDepth}. Do this work yourself, or raise "limits": {"task_depth": …} in settings.json.`,
    );
  }
  if (wanted.dependsOn.length > dependencies)
    throw new AppError(
      'bad-input',
      `depends_on names ${wanted.dependsOn.length} tasks; at most ${dependencies} are allowed`,
    );
  const rootTurnId = wanted.parent?.rootTurnId;
  if (rootTurnId === undefined) return;
  const count = await tx.countTasks({ rootTurnId });
  if (count < tasksPerTurn) return;
  throw new AppError(
    'conflict',
    `This turn has made ${count} tasks already: the limit is ${tasksPerTurn} in one turn of a chat. Wait for some, or raise "limits": {"tasks_per_turn": …} in settings.json.`,
  );
}

/** A ceiling in dollars means nothing for a model whose price nobody knows: it would never be reached. */
function checkPrice({ models }: TaskDeps, { model, budget }: NewTask): void {
  if (budget?.usd === undefined || models.facts(model).prices) return;
  throw new AppError(
    'bad-input',
    `A budget of $${budget.usd} cannot be kept on ${model}, whose price is not known. Choose a model with a price, or put the price of this one into "prices" of settings.json.`,
  );
}

/** Its parent's budget may be used up by the very answer that asks for the task. */
function checkBudget({ budget = {} }: NewTask): void {
  const spent = (['tokens', 'usd', 'seconds'] as const).filter(figure => budget[figure] === 0);
  if (spent.length === 0) return;
  throw new AppError(
    'budget',
    `Nothing is left of the ${spent.join(' and ')} that this task would draw from: it could not begin. Report what you have; a person can give more with \`tasks retry\`.`,
  );
}

async function readDependencies(tx: Tx, ids: readonly TaskId[]): Promise<Task[]> {
  const found: Task[] = [];
  for (const id of ids) {
    const task = await tx.task(id);
    if (!task) throw new AppError('not-found', `depends_on names ${id}, and there is no such task`);
    if (hasEnded(task) && task.status !== 'completed')
      throw new AppError(
        'conflict',
        `depends_on names ${id}, which has ${task.status === 'failed' ? 'failed' : 'been stopped'}`,
      );
    found.push(task);
  }
  return found;
}

function taskOf(deps: TaskDeps, wanted: NewTask, isWaiting: boolean): Task {
  const { definition, parent } = wanted;
  const maxTurns = wanted.maxTurns ?? definition.maxTurns;
  const budget = wanted.budget;
  return {
    id: wanted.id ?? deps.ids('task'),
    chatId: wanted.chatId,
    ...(parent ? { parentLane: parent.lane } : {}),
    ...(parent?.callId === undefined ? {} : { parentCallId: parent.callId }),
    ...(parent?.rootTurnId === undefined ? {} : { rootTurnId: parent.rootTurnId }),
    agentId: wanted.agentId ?? deps.ids('agent'),
    conversationId: wanted.conversationId ?? deps.ids('conv'),
    depth: wanted.depth,
    agentType: definition.name,
    description: oneLine(wanted.description, deps.limits.descriptionChars),
    prompt: wanted.prompt,
    model: wanted.model,
    spec: {
      definition,
      base: [...wanted.base],
      policies: wanted.policies.map(policy => policySchema().parse(policy)),
      cwd: wanted.cwd,
      timeoutMs: wanted.timeoutMs ?? definition.timeoutMs ?? deps.limits.taskTimeoutMs,
      isolation: wanted.isolation ?? definition.isolation ?? 'none',
      ...(maxTurns === undefined ? {} : { maxTurns }),
      ...(budget === undefined ? {} : { budget }),
      ...(wanted.dedupeKey === undefined ? {} : { isUnique: true }),
    },
    status: isWaiting ? 'waiting' : 'queued',
    ...(isWaiting ? { waitReason: 'dependencies' as const } : {}),
    attempt: 0,
    maxAttempts: deps.limits.taskAttempts,
    ...(wanted.notBefore === undefined ? {} : { notBefore: wanted.notBefore }),
    priority: wanted.priority ?? 0,
    isBackground: wanted.isBackground,
    isSilent: wanted.isSilent ?? false,
    notify: wanted.notify,
    createdAt: deps.clock.now(),
    usage: {},
    toolUses: 0,
    steps: 0,
    creator: wanted.creator,
    origin: wanted.origin,
    metadata: { ...wanted.metadata },
    ...(wanted.dedupeKey === undefined ? {} : { dedupeKey: wanted.dedupeKey }),
    failures: [],
  };
}

function queuedEntry(task: Task, dependsOn: readonly TaskId[]): EntryBody {
  return {
    type: 'task:queued',
    taskId: task.id,
    ...(task.parentLane === undefined ? {} : { parentLane: task.parentLane }),
    ...(task.parentCallId === undefined ? {} : { parentCallId: task.parentCallId }),
    agentId: task.agentId,
    conversationId: task.conversationId,
    agentType: task.agentType,
    description: task.description,
    model: task.model,
    isBackground: task.isBackground,
    isSilent: task.isSilent,
    dependsOn: [...dependsOn],
    depth: task.depth,
  };
}
