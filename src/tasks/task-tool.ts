import * as z from 'zod';
import { refreshReport } from '../agents/report.ts';
import type { AgentDefinition } from '../core/agent.ts';
import { budgetSchema } from '../core/agent.ts';
import { AppError, isFault } from '../core/error.ts';
import { isId, type TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import { type InputOf, toolInput } from '../tools/input.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from '../tools/tool.ts';
import { tighter } from './budget.ts';
import { type Chosen, chooseAgent } from './choose-agent.ts';
import { hasEnded } from './lifecycle.ts';
import type { Owner } from './owner.ts';
import { backgroundResult, endResult, type QueuePlace } from './results.ts';
import { spawnTask } from './spawn.ts';
import { stopTask } from './stop-task.ts';
import type { TaskDeps } from './task-deps.ts';
import { policyOf } from './toolset.ts';
import { waitForTask } from './wait-task.ts';

const input = toolInput('Task', () =>
  z
    .strictObject({
      command: z
        .enum(['run', 'refresh'])
        .default('run')
        .describe('`refresh` only re-reads the agent definitions from disk.'),
      subagent_type: z
        .string()
        .min(1)
        .optional()
        .describe('Name of an agent definition. Required unless agent_id or conversation_id is given.'),
      prompt: z
        .string()
        .min(1)
        .optional()
        .describe('The whole assignment: the subagent knows nothing else. Say what to report.'),
      description: z.string().min(1).optional().describe('3 to 5 words, shown to people.'),
      model: z.string().min(1).optional().describe('A model handle, or `inherit`.'),
      agent_id: z.string().min(1).optional().describe('Deploy an agent that was spawned before in a new conversation.'),
      conversation_id: z.string().min(1).optional().describe('Go on in the conversation of a finished task.'),
      run_in_background: z
        .boolean()
        .optional()
        .describe('Return at once; the result is delivered to you later by itself.'),
      max_turns: z.number().int().positive().optional().describe('Model steps before the task ends as failed.'),
      context: z.enum(['fresh', 'fork']).optional().describe('`fork`: the subagent sees this conversation up to here.'),
      depends_on: z
        .array(z.string())
        .optional()
        .describe('Ids of tasks that must have completed before this one starts.'),
      isolation: z.enum(['none', 'worktree']).optional().describe('`worktree`: works in a git worktree of its own.'),
      budget: budgetSchema().optional().describe('Hard ceilings; at one the task is parked, not lost.'),
    })
    .refine(given => given?.command === 'refresh' || isText(given?.prompt), {
      when: () => true,
      path: ['prompt'],
      message: 'is required',
    })
    .refine(given => given?.command === 'refresh' || isText(given?.description), {
      when: () => true,
      path: ['description'],
      message: 'is required',
    })
    .refine(
      given =>
        given?.command === 'refresh' ||
        isText(given?.subagent_type) ||
        isText(given?.agent_id) ||
        isText(given?.conversation_id),
      {
        when: () => true,
        path: ['subagent_type'],
        message: 'is required',
      },
    ),
);
type TaskInput = InputOf<typeof input>;

function isText(value: unknown): boolean {
  return value !== undefined && value !== '';
}

/** The tool by which a lane delegates. One per lane; `agents` are those that the prompt names. */
export function taskTool(
  deps: TaskDeps,
  owner: Owner,
  agents: readonly Pick<AgentDefinition, 'name' | 'description'>[],
): AnyTool {
  return defineTool({
    name: 'Task',
    prompt: promptFor(agents),
    input,
    access: 'delegate',
    subjects: given => [given.subagent_type ?? 'general-purpose'],
    // Finds the task it made before a crash by its call id.
    isRepeatable: true,
    async run(given, context) {
      if (given.command === 'refresh') return refresh(deps);
      try {
        return await delegate(deps, owner, given, context);
      } catch (error) {
        if (isFault(error) && !['fenced', 'store'].includes(error.fault))
          return { text: `Error: ${error.message}`, isError: true };
        throw error;
      }
    },
  });
}

async function refresh(deps: TaskDeps): Promise<ToolResult> {
  const { agents, problems } = await deps.agents.refresh();
  return { text: refreshReport(agents, problems) };
}

async function delegate(deps: TaskDeps, owner: Owner, given: TaskInput, context: ToolContext): Promise<ToolResult> {
  const earlier = await deps.store.taskByCall(owner.chatId, owner.lane, context.callId);
  const task = earlier ?? (await makeTask(deps, owner, given, context, await chooseAgent(deps, owner, given)));
  const outputFile = deps.transcripts.path(task);
  if (task.isBackground)
    return hasEnded(task)
      ? endResult(task, outputFile, deps.limits)
      : backgroundResult(task, outputFile, await placeOf(deps, task));
  try {
    const now = await owner.whileWaiting(() => waitForTask(deps, task.id, context.signal, row => row.isBackground));
    return hasEnded(now) || now.status === 'parked'
      ? endResult(now, outputFile, deps.limits)
      : backgroundResult(now, outputFile, await placeOf(deps, now));
  } catch (error) {
    if (!context.signal.aborted) throw error;
    return onInterrupt(deps, owner, task, outputFile, context);
  }
}

/** The parent's turn was interrupted: what worked for it in the foreground is stopped with it. On leaving the child is left as it is. */
async function onInterrupt(
  deps: TaskDeps,
  owner: Owner,
  task: Task,
  outputFile: string,
  context: ToolContext,
): Promise<ToolResult> {
  const kind: unknown = context.signal.reason?.kind;
  if (kind !== 'close')
    await deps.store.write(tx =>
      stopTask(deps, tx, task.id, 'the call that waited for it was interrupted', owner.lane),
    );
  return endResult((await deps.store.task(task.id)) ?? task, outputFile, deps.limits);
}

async function makeTask(
  deps: TaskDeps,
  owner: Owner,
  given: TaskInput,
  context: ToolContext,
  chosen: Chosen,
): Promise<Task> {
  const { definition } = chosen;
  const parentPolicy = owner.policies.at(-1);
  if (!parentPolicy) throw new AppError('bad-input', 'the lane has no permission policy');
  if ((given.isolation ?? definition.isolation) === 'worktree') await deps.worktrees.check(owner.cwd);
  const budget = tighter(tighter(given.budget, definition.budget), await owner.remaining());
  const { task } = await deps.store.write(async tx => {
    const lastSeq = (await tx.chat(owner.chatId))?.lastSeq ?? 0;
    const forks = (given.context ?? definition.context) === 'fork';
    return spawnTask(deps, tx, {
      chatId: owner.chatId,
      parent: { lane: owner.lane, callId: context.callId, rootTurnId: owner.rootTurnId ?? context.turnId },
      depth: owner.depth + 1,
      definition,
      prompt: given.prompt ?? '',
      description: given.description ?? '',
      model: chosen.model,
      agentId: chosen.agentId,
      conversationId: chosen.conversationId,
      base: forks ? [...owner.base, { lane: owner.lane, throughSeq: lastSeq }] : chosen.base,
      policies: [...owner.policies, policyOf(definition, parentPolicy)],
      cwd: owner.cwd,
      isBackground: given.run_in_background ?? definition.background ?? false,
      notify: 'wake',
      maxTurns: given.max_turns,
      budget,
      isolation: given.isolation,
      dependsOn: (given.depends_on ?? []).map(asTaskId),
      creator: owner.user,
      origin: 'agent',
    });
  });
  return task;
}

async function placeOf(deps: TaskDeps, task: Task): Promise<QueuePlace> {
  if (task.status === 'waiting') return { kind: 'waiting', for: await deps.store.dependencies(task.id) };
  if (task.status !== 'queued') return { kind: 'running' };
  const before = await deps.store.queuePosition(task.id);
  const room = deps.room(task.model);
  return before < room ? { kind: 'running' } : { kind: 'queued', position: before - room + 1 };
}

function asTaskId(text: string): TaskId {
  if (!isId('task', text))
    throw new AppError(
      'bad-input',
      `depends_on names "${text}", which is not a task id (task_… as the Task tool gave it)`,
    );
  return text;
}

function promptFor(agents: readonly Pick<AgentDefinition, 'name' | 'description'>[]): string {
  return [
    'Delegates work to a subagent, which works on its own with its own context and reports once.',
    'Use it for searches over many files, for work that can go on beside yours, and for anything whose details you need not see. Do small things yourself.',
    'Several calls in one answer run side by side. With run_in_background the call returns at once and the report is delivered to you later by itself: go on with other work or end your turn, never poll.',
    'A report is seen by you alone; tell the user what matters of it.',
    'Agents:',
    ...agents.map(agent => `- ${agent.name}: ${agent.description}`),
  ].join('\n');
}
