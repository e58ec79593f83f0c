import * as z from 'zod';
import { outcomeSchema } from '../../core/entry.ts';
import { lazy } from '../../core/lazy.ts';
import type { Usage } from '../../core/usage.ts';
import type { TasksTable } from '../queries/schema.ts';
import type { UsageColumns } from '../queries/tasks.ts';
import { type Task, taskSpecSchema } from '../rows.ts';
import type { TaskPatch } from '../store.ts';
import { columnsSet } from './columns-set.ts';
import { parseJson } from './json.ts';
import { present } from './present.ts';

const metadataSchema = lazy(() => z.record(z.string(), z.string()));
const failuresSchema = lazy(() => z.array(z.string()));

/** AppError `store` that names the task and the column when one of its JSON columns cannot be read. */
export function taskOf(row: TasksTable): Task {
  const where = (column: string) => `Column ${column} of task ${row.id}`;
  const rest = present({
    id: row.id,
    chatId: row.chat_id,
    parentLane: row.parent_lane,
    parentCallId: row.parent_call_id,
    rootTurnId: row.root_turn_id,
    agentId: row.agent_id,
    conversationId: row.conversation_id,
    depth: row.depth,
    agentType: row.agent_type,
    description: row.description,
    prompt: row.prompt,
    model: row.model,
    status: row.status,
    waitReason: row.wait_reason,
    parkReason: row.park_reason,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    worker: row.worker,
    notBefore: row.not_before,
    priority: row.priority,
    isBackground: row.is_background === 1,
    isSilent: row.is_silent === 1,
    notify: row.notify,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome === null ? null : parseJson(outcomeSchema(), row.outcome, where('outcome')),
    toolUses: row.tool_uses,
    steps: row.steps,
    creator: row.creator,
    origin: row.origin,
    dedupeKey: row.dedupe_key,
  });
  return {
    ...rest,
    spec: parseJson(taskSpecSchema(), row.spec, where('spec')),
    usage: usageOf(row),
    metadata: parseJson(metadataSchema(), row.metadata, where('metadata')),
    failures: parseJson(failuresSchema(), row.failures, where('failures')),
  };
}

export function taskToRow(task: Task): TasksTable {
  return {
    id: task.id,
    chat_id: task.chatId,
    parent_lane: task.parentLane ?? null,
    parent_call_id: task.parentCallId ?? null,
    root_turn_id: task.rootTurnId ?? null,
    agent_id: task.agentId,
    conversation_id: task.conversationId,
    depth: task.depth,
    agent_type: task.agentType,
    description: task.description,
    prompt: task.prompt,
    model: task.model,
    spec: JSON.stringify(task.spec),
    status: task.status,
    wait_reason: task.waitReason ?? null,
    park_reason: task.parkReason ?? null,
    attempt: task.attempt,
    max_attempts: task.maxAttempts,
    worker: task.worker ?? null,
    not_before: task.notBefore ?? null,
    priority: task.priority,
    is_background: task.isBackground ? 1 : 0,
    is_silent: task.isSilent ? 1 : 0,
    notify: task.notify,
    created_at: task.createdAt,
    started_at: task.startedAt ?? null,
    ended_at: task.endedAt ?? null,
    outcome: task.outcome === undefined ? null : JSON.stringify(task.outcome),
    ...usageToColumns(task.usage),
    tool_uses: task.toolUses,
    steps: task.steps,
    creator: task.creator,
    origin: task.origin,
    metadata: JSON.stringify(task.metadata),
    dedupe_key: task.dedupeKey ?? null,
    failures: JSON.stringify(task.failures),
  };
}

const columnOf = {
  status: 'status',
  waitReason: 'wait_reason',
  parkReason: 'park_reason',
  attempt: 'attempt',
  maxAttempts: 'max_attempts',
  worker: 'worker',
  notBefore: 'not_before',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  dedupeKey: 'dedupe_key',
  priority: 'priority',
  description: 'description',
} as const satisfies { [K in keyof TaskPatch]?: keyof TasksTable };

/** The columns that a patch sets; a member that is absent or undefined sets none. */
export function patchToColumns(patch: TaskPatch): Partial<TasksTable> {
  return {
    ...columnsSet(patch, columnOf),
    ...(patch.isBackground !== undefined && { is_background: patch.isBackground ? (1 as const) : (0 as const) }),
    ...(patch.outcome !== undefined && { outcome: patch.outcome === null ? null : JSON.stringify(patch.outcome) }),
    ...(patch.spec !== undefined && { spec: JSON.stringify(patch.spec) }),
    ...(patch.failures !== undefined && { failures: JSON.stringify(patch.failures) }),
    ...(patch.metadata !== undefined && { metadata: JSON.stringify(patch.metadata) }),
  };
}

export function usageOf(row: UsageColumns): Usage {
  return present({
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    costUsd: row.cost_usd,
  });
}

export function usageToColumns(usage: Usage): UsageColumns {
  return {
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    cache_read_tokens: usage.cacheReadTokens ?? null,
    cache_write_tokens: usage.cacheWriteTokens ?? null,
    cost_usd: usage.costUsd ?? null,
  };
}
