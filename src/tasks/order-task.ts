import type { AgentDefinition } from '../core/agent.ts';
import type { TaskId, UserId } from '../core/ids.ts';
import type { Policy } from '../permissions/policy.ts';
import type { Chat, Notify, Task, TaskSpec } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { spawnTask } from './spawn.ts';
import { policyOf } from './toolset.ts';
import { type BaseDeps, idleDeps } from './working.ts';

export type Order = {
  readonly id: TaskId;
  readonly chat: Chat;
  readonly definition: AgentDefinition;
  readonly prompt: string;
  readonly model: string;
  readonly base: TaskSpec['base'];
  /** Of whoever orders it; the workspace is the chat's. */
  readonly policy: Policy;
  readonly notify: Notify;
  readonly dependsOn?: readonly TaskId[] | undefined;
  readonly creator: UserId;
  readonly origin: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly notBefore?: number | undefined;
  readonly priority?: number | undefined;
  readonly dedupeKey?: string | undefined;
};

/** Makes a task that no lane delegated: the main lane of its chat owns it. Says so in the audit (T31). AppError as `spawnTask`. */
export async function orderTask(base: BaseDeps, tx: Tx, { chat, policy: given, ...order }: Order): Promise<Task> {
  const policy = { ...given, roots: [chat.cwd] };
  const { task } = await spawnTask(idleDeps(base), tx, {
    ...order,
    chatId: chat.id,
    parent: { lane: 'main' },
    depth: 1,
    description: order.prompt,
    policies: [policy, policyOf(order.definition, policy)],
    cwd: chat.cwd,
    isBackground: true,
    budget: order.definition.budget,
    dependsOn: order.dependsOn ?? [],
  });
  await tx.addAudit({
    at: task.createdAt,
    who: order.creator,
    what: 'task:added',
    from: order.origin,
    taskId: task.id,
    chatId: chat.id,
  });
  return task;
}
