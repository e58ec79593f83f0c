import type { AgentDefinition, DefinitionProblem } from '../core/agent.ts';
import type { Entry } from '../core/entry.ts';
import { unreachable } from '../core/error.ts';
import type { TaskId } from '../core/ids.ts';
import { totalTokens, type Usage } from '../core/usage.ts';
import type { Chat, Schedule, Task } from '../store/rows.ts';
import type { Subtree } from '../store/store.ts';
import { problemOf } from '../tasks/schedule-facts.ts';

/**
 * The shapes of `--json`: other programs read them, so a key that is here stays. Names are snake_case, times ISO 8601 in UTC, durations milliseconds;
 * what is not there is `null`, so that every object of a list has the same keys.
 */
export function taskJson(task: Task) {
  return {
    id: task.id,
    status: task.status,
    chat_id: task.chatId,
    subagent_type: task.agentType,
    description: task.description,
    model: task.model,
    priority: task.priority,
    attempt: task.attempt,
    max_attempts: task.maxAttempts,
    parent: task.parentLane ?? null,
    depth: task.depth,
    is_background: task.isBackground,
    notify: task.notify,
    wait_reason: task.waitReason ?? null,
    park_reason: task.parkReason ?? null,
    created_at: iso(task.createdAt),
    not_before: isoOrNull(task.notBefore),
    started_at: isoOrNull(task.startedAt),
    ended_at: isoOrNull(task.endedAt),
    outcome: outcomeJson(task.outcome),
    usage: usageJson(task.usage),
    tool_uses: task.toolUses,
    steps: task.steps,
    creator: task.creator,
    origin: task.origin,
    metadata: task.metadata,
  };
}

export type TaskDetails = {
  readonly dependsOn: readonly TaskId[];
  readonly dependants: readonly TaskId[];
  readonly subtree: Subtree;
  readonly transcript: string;
};

/** One task with what takes more than its row. */
export function taskDetailsJson(task: Task, details: TaskDetails) {
  return {
    ...taskJson(task),
    prompt: task.prompt,
    agent_id: task.agentId,
    conversation_id: task.conversationId,
    depends_on: details.dependsOn,
    dependants: details.dependants,
    failures: task.failures,
    total: {
      usage: usageJson(details.subtree.usage),
      tool_uses: details.subtree.toolUses,
      steps: details.subtree.steps,
      tasks: details.subtree.tasks,
    },
    cwd: task.spec.cwd,
    timeout_ms: task.spec.timeoutMs,
    max_turns: task.spec.maxTurns ?? null,
    budget: task.spec.budget ?? null,
    permission_mode: task.spec.policies.at(-1)?.mode ?? null,
    output_file: details.transcript,
  };
}

export function chatJson(chat: Chat) {
  return {
    id: chat.id,
    title: chat.title,
    kind: chat.kind,
    user_id: chat.userId,
    cwd: chat.cwd,
    created_at: iso(chat.createdAt),
    updated_at: iso(chat.updatedAt),
    last_seq: chat.lastSeq,
  };
}

export function scheduleJson(schedule: Schedule) {
  const { spec } = schedule;
  return {
    id: schedule.id,
    name: schedule.name,
    when: schedule.when,
    time_zone: schedule.timeZone,
    catch_up: schedule.catchUp,
    prompt: schedule.prompt,
    subagent_type: spec.definition.name,
    model: spec.model ?? null,
    permission_mode: spec.definition.permissionMode ?? spec.policy.mode,
    cwd: spec.cwd,
    chat_id: schedule.chatId ?? null,
    owns_chat: schedule.ownsChat,
    enabled: schedule.isEnabled,
    next_at: isoOrNull(schedule.nextAt),
    last_at: isoOrNull(schedule.lastAt),
    last_task_id: schedule.lastTaskId ?? null,
    problem: problemOf(schedule) ?? null,
    creator: schedule.creator,
    created_at: iso(schedule.createdAt),
  };
}

export type ScheduleDetails = { readonly dues: readonly number[]; readonly runs: readonly Task[] };

/** One schedule with what it will do and has done. */
export function scheduleDetailsJson(schedule: Schedule, { dues, runs }: ScheduleDetails) {
  return { ...scheduleJson(schedule), next_times: dues.map(iso), runs: runs.map(taskJson) };
}

/** An entry of a log: the envelope, and the fact itself under `data`. `task_id` only where a task writes the lane. */
export function entryJson(entry: Entry) {
  const { chatId, seq, lane, at, type, ...body } = entry;
  return {
    chat_id: chatId,
    seq,
    lane,
    ...(lane === 'main' ? {} : { task_id: lane }),
    type,
    at: iso(at),
    data: bodyJson(body),
  };
}

export function agentJson(agent: AgentDefinition) {
  return {
    name: agent.name,
    description: agent.description,
    tools: agent.tools,
    disallowed_tools: agent.disallowedTools,
    model: agent.model,
    background: agent.background ?? null,
    context: agent.context ?? null,
    max_turns: agent.maxTurns ?? null,
    timeout_ms: agent.timeoutMs ?? null,
    budget: agent.budget ?? null,
    isolation: agent.isolation ?? null,
    permission_mode: agent.permissionMode ?? null,
    skills: agent.skills,
    source: agent.source.kind,
    path: agent.source.path,
  };
}

export function problemJson({ path, line, level, message }: DefinitionProblem) {
  return { path, line, level, message };
}

export function usageJson(usage: Usage) {
  return {
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    cache_read_tokens: usage.cacheReadTokens ?? null,
    cache_write_tokens: usage.cacheWriteTokens ?? null,
    total_tokens: totalTokens(usage) ?? null,
    cost_usd: usage.costUsd ?? null,
  };
}

function outcomeJson(outcome: Task['outcome']) {
  if (outcome === undefined) return null;
  switch (outcome.kind) {
    case 'completed':
      return { kind: outcome.kind, report: outcome.report };
    case 'failed':
      return { kind: outcome.kind, reason: outcome.reason, message: outcome.message, partial: outcome.partial ?? null };
    case 'stopped':
      return { kind: outcome.kind, message: outcome.message, partial: outcome.partial ?? null };
    default:
      return unreachable(outcome);
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : iso(at);
}

/** What models, tools and people wrote: its keys are theirs. */
const foreign = new Set(['input', 'display', 'backend']);

function bodyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bodyJson);
  return typeof value === 'object' && value !== null ? snakeKeys(value) : value;
}

/** An object with the names of its members, at any depth, in snake_case. */
export function snakeKeys(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snake(key), foreign.has(key) ? inner : bodyJson(inner)]),
  );
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
