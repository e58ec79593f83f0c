import type { AgentDefinition } from '../core/agent.ts';
import { AppError } from '../core/error.ts';
import { type AgentId, type ConversationId, isId } from '../core/ids.ts';
import type { Task, TaskSpec } from '../store/rows.ts';
import { hasEnded } from './lifecycle.ts';
import type { Owner } from './owner.ts';
import type { TaskDeps } from './task-deps.ts';

export type Wanted = {
  readonly subagent_type?: string | undefined;
  readonly agent_id?: string | undefined;
  readonly conversation_id?: string | undefined;
  readonly model?: string | undefined;
};
export type Chosen = {
  readonly definition: AgentDefinition;
  readonly model: string;
  readonly agentId?: AgentId | undefined;
  readonly conversationId?: ConversationId | undefined;
  readonly base: TaskSpec['base'];
};

const deployable = ['explore', 'general-purpose'];

/** Who does the work, on which model, and what it remembers. AppError that names what was wrong and what there is (S2, S3). */
export async function chooseAgent(deps: TaskDeps, owner: Owner, wanted: Wanted): Promise<Chosen> {
  const deploys = wanted.agent_id !== undefined || wanted.conversation_id !== undefined;
  const type = wanted.subagent_type ?? 'general-purpose';
  if (deploys && !deployable.includes(type)) {
    throw new AppError(
      'bad-input',
      `An existing agent or conversation can only be deployed as ${deployable.map(name => `"${name}"`).join(' (read-only) or ')}, not as "${type}".`,
    );
  }
  const definition = await findDefinition(deps, type);
  const model = await modelFor(deps, owner, wanted.model ?? definition.model);
  if (!deploys)
    return {
      definition: type === 'fork' ? { ...definition, prompt: owner.system, context: 'fork' } : definition,
      model,
      base: [],
    };
  const earlier = await findEarlier(deps, owner, wanted);
  return {
    definition: { ...definition, prompt: earlier.spec.definition.prompt },
    model,
    agentId: earlier.agentId,
    ...(wanted.conversation_id === undefined ? {} : { conversationId: earlier.conversationId }),
    base: wanted.conversation_id === undefined ? [] : await baseAfter(deps, earlier),
  };
}

/** AppError `not-found` that names what there is (S2). */
export async function findDefinition(deps: Pick<TaskDeps, 'agents'>, type: string): Promise<AgentDefinition> {
  const { agents } = await deps.agents.list();
  const found = agents.find(agent => agent.name === type);
  if (found) return found;
  const names = agents.map(agent => agent.name).sort();
  throw new AppError('not-found', `Invalid subagent type "${type}". Available types: ${names.join(', ')}`);
}

async function modelFor(deps: TaskDeps, owner: Owner, handle: string): Promise<string> {
  return handle === 'inherit' ? owner.model : deps.models.check(handle);
}

async function findEarlier(deps: TaskDeps, owner: Owner, wanted: Wanted): Promise<Task> {
  const { agent_id: agentId, conversation_id: conversationId } = wanted;
  if (conversationId !== undefined) {
    const task = isId('conv', conversationId)
      ? await deps.store.taskByConversation(conversationId)
      : isId('task', conversationId)
        ? await deps.store.task(conversationId)
        : undefined;
    if (!task || task.chatId !== owner.chatId)
      throw new AppError(
        'not-found',
        `There is no conversation "${conversationId}" in this chat; use the conversation_id or task_id that a Task result named.`,
      );
    if (agentId !== undefined && task.agentId !== agentId)
      throw new AppError(
        'bad-input',
        `conversation_id ${conversationId} belongs to ${task.agentId}, not to agent_id ${agentId}.`,
      );
    if (!hasEnded(task))
      throw new AppError(
        'conflict',
        `The conversation ${conversationId} is still at work (${task.status}); use TaskSend to add to it.`,
      );
    return task;
  }
  const task = agentId !== undefined && isId('agent', agentId) ? await deps.store.taskByAgent(agentId) : undefined;
  if (!task || task.chatId !== owner.chatId)
    throw new AppError(
      'not-found',
      `There is no agent "${agentId}" in this chat; use the agent_id that a Task result named.`,
    );
  return task;
}

async function baseAfter(deps: TaskDeps, earlier: Task): Promise<TaskSpec['base']> {
  const last = (await deps.store.entries(earlier.chatId, { lane: earlier.id })).at(-1)?.seq ?? 0;
  return [...earlier.spec.base, { lane: earlier.id, throughSeq: last }];
}
