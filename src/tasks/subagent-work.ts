import type { LaneWork } from '../engine/lane-work.ts';
import { subagentPrompt } from '../engine/prompt.ts';
import type { Task } from '../store/rows.ts';
import { baseMessages } from './base-context.ts';
import { budgetLeft, ceilingInLine, tighter } from './budget.ts';
import { createFileLedger } from './file-ledger.ts';
import { laneTools } from './lane-tools.ts';
import type { Owner } from './owner.ts';
import type { TaskDeps } from './task-deps.ts';
import { taskPolicies } from './task-policies.ts';
import { toolsOf } from './toolset.ts';

/** What one attempt of a task works with, from what was fixed when it was spawned. */
export async function subagentWork(deps: TaskDeps, task: Task, whileWaiting: Owner['whileWaiting']): Promise<LaneWork> {
  const { spec } = task;
  const { definition } = spec;
  const isApart = spec.isolation === 'worktree';
  const cwd = isApart ? await deps.worktrees.open(task) : spec.cwd;
  const { policies, root } = await taskPolicies(deps, task, cwd);
  const system = await systemPrompt(deps, task, cwd);
  const runBudget = deps.runBudget?.(task.chatId);
  const owner: Owner = {
    chatId: task.chatId,
    lane: task.id,
    depth: task.depth,
    model: task.model,
    system,
    base: spec.base,
    policies,
    cwd,
    user: task.creator,
    ...(task.rootTurnId === undefined ? {} : { rootTurnId: task.rootTurnId }),
    remaining: async () =>
      tighter(await budgetLeft(deps.store, task.id, deps.clock.now()), await runBudget?.remaining()),
    whileWaiting,
  };
  return {
    chatId: task.chatId,
    lane: task.id,
    fence: { kind: 'task', taskId: task.id, attempt: task.attempt },
    agent: definition.name,
    model: task.model,
    system,
    base: await baseMessages(deps.store, task),
    tools: toolsOf(definition, await laneTools(deps, owner)),
    policies: root ? [root, ...policies] : policies,
    cwd,
    files: createFileLedger(),
    overBudget: async () =>
      (await ceilingInLine(deps.store, task.id, deps.clock.now())) ?? ofRun(await runBudget?.reached()),
    canAsk: () => deps.canAsk(task.chatId),
  };
}

function ofRun(ceiling: string | undefined): string | undefined {
  return ceiling === undefined ? undefined : `${ceiling} by the run for which this works`;
}

/** A fork works under its parent's prompt, word for word. */
async function systemPrompt(deps: TaskDeps, task: Task, cwd: string): Promise<string> {
  const { definition } = task.spec;
  if (definition.name === 'fork') return definition.prompt;
  const { at, memory } = await deps.surroundings(cwd);
  return subagentPrompt(definition.prompt, at, memory);
}
