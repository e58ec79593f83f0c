import type { Outcome } from '../core/entry.ts';
import { unreachable } from '../core/error.ts';
import { exitCodes } from '../core/exit-code.ts';
import type { ChatId, TaskId } from '../core/ids.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Usage } from '../core/usage.ts';
import type { Task } from '../store/rows.ts';
import { hasEnded } from '../tasks/lifecycle.ts';
import type { Denial, RunLog } from './run-log.ts';

type Subtype = 'success' | 'error_max_turns' | 'error_max_budget' | 'error_during_execution' | 'error_children_cut';

export type TaskEnd = {
  readonly task: Task;
  /** As it is told: a task that another process goes on with is `running`. */
  readonly status: TaskStatus;
  /** The run ended before it did, and nobody goes on with it. */
  readonly isCut: boolean;
  readonly outputFile: string;
  readonly usage: Usage;
  readonly toolUses: number;
};

export type RunResult = {
  readonly subtype: Subtype;
  readonly exitCode: number;
  /** What the primary agent said last. */
  readonly text: string;
  /** Why it is no success, for people. */
  readonly errors: readonly string[];
  readonly chatId: ChatId;
  readonly steps: number;
  readonly durationMs: number;
  /** Of which models took to answer; more than the whole when they worked side by side. */
  readonly modelMs: number;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
  readonly tasks: readonly TaskEnd[];
  readonly denials: readonly Denial[];
};

/** Why a run is over. */
export type RunEnd =
  | { readonly kind: 'moment' }
  | { readonly kind: 'signal'; readonly name: string }
  /** Nobody reads standard output any more. */
  | { readonly kind: 'unread' };

/** 128 and the number of SIGPIPE: what a program ends with that wrote to a closed pipe. */
const brokenPipe = 141;

export type Told = { readonly chatId: ChatId; readonly durationMs: number; readonly tasks: readonly TaskEnd[] };

/** What a run comes to. Never success over tasks that were cut (S39). */
export function resultOf(log: RunLog, end: RunEnd, told: Told): RunResult {
  return {
    ...verdict(log, end, told.tasks),
    ...told,
    text: log.text,
    steps: log.steps,
    modelMs: log.modelMs,
    usage: log.usage,
    costUsd: log.isCostKnown ? log.usage.costUsd : undefined,
    denials: log.denials,
  };
}

type Verdict = Pick<RunResult, 'subtype' | 'exitCode' | 'errors'>;

function verdict(log: RunLog, end: RunEnd, tasks: readonly TaskEnd[]): Verdict {
  const cut = tasks.filter(task => task.isCut);
  const left = cut.map(({ task, status }) => `task ${task.id} ("${task.description}") had not ended: ${status}`);
  if (end.kind === 'signal')
    return failure('error_during_execution', exitCodes.failed, [`interrupted by ${end.name}`, ...left]);
  if (end.kind === 'unread') {
    const wasCut = log.hasOpenTurn || cut.length > 0;
    return failure('error_during_execution', wasCut ? brokenPipe : exitCodes.done, [
      'nobody reads the output any more',
      ...left,
    ]);
  }
  const message = log.end?.message ?? '';
  const how = log.end?.how ?? 'done';
  switch (how) {
    case 'done':
      if (cut.length > 0) return failure('error_children_cut', exitCodes.childrenCut, left);
      return { subtype: 'success', exitCode: exitCodes.done, errors: [] };
    case 'max-turns':
      return failure('error_max_turns', exitCodes.budget, [message, ...left]);
    case 'budget':
      return failure('error_max_budget', exitCodes.budget, [message, ...left]);
    case 'failed':
    case 'loop':
    case 'interrupted':
      return failure('error_during_execution', exitCodes.failed, [message, ...left]);
    default:
      return unreachable(how);
  }
}

function failure(subtype: Subtype, exitCode: number, errors: readonly string[]): Verdict {
  return { subtype, exitCode, errors };
}

/** The line of a result: the names that clients of this kind know, and the tasks. */
export function resultLine(result: RunResult): Record<string, unknown> {
  const { usage, denials, chatId } = result;
  return {
    type: 'result',
    subtype: result.subtype,
    is_error: result.subtype !== 'success',
    result: result.text,
    ...(result.errors.length === 0 ? {} : { errors: result.errors }),
    session_id: chatId,
    chat_id: chatId,
    num_turns: result.steps,
    duration_ms: Math.round(result.durationMs),
    duration_api_ms: Math.round(result.modelMs),
    ...(result.costUsd === undefined ? {} : { total_cost_usd: result.costUsd }),
    usage: usageLine(usage),
    tasks: result.tasks.map(taskLine),
    permission_denials: denials.map(({ tool, callId, input, taskId }) => ({
      tool_name: tool,
      tool_use_id: callId,
      tool_input: input,
      ...(taskId === undefined ? {} : { task_id: taskId }),
    })),
  };
}

/** `input_tokens` without what came from or went into a cache, as in the protocol that these names are of. Unknown figures are absent. */
export function usageLine(usage: Usage): Record<string, number> {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return {
    ...(inputTokens === undefined
      ? {}
      : { input_tokens: Math.max(0, inputTokens - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0)) }),
    ...(outputTokens === undefined ? {} : { output_tokens: outputTokens }),
    ...(cacheReadTokens === undefined ? {} : { cache_read_input_tokens: cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cache_creation_input_tokens: cacheWriteTokens }),
  };
}

function taskLine({ task, status, isCut, outputFile, usage, toolUses }: TaskEnd): Record<string, unknown> {
  const parent = task.parentLane;
  return {
    task_id: task.id,
    status,
    description: task.description,
    subagent_type: task.agentType,
    model: task.model,
    is_background: task.isBackground,
    is_cut: isCut,
    ...(parent === undefined || parent === 'main' ? {} : { parent_task_id: parent satisfies TaskId }),
    ...(task.parentCallId === undefined ? {} : { tool_use_id: task.parentCallId }),
    ...(hasEnded({ status }) && task.outcome ? outcomeLine(task.outcome) : {}),
    output_file: outputFile,
    usage: usageLine(usage),
    tool_uses: toolUses,
    ...(task.startedAt === undefined || task.endedAt === undefined
      ? {}
      : { duration_ms: task.endedAt - task.startedAt }),
  };
}

function outcomeLine(outcome: Outcome): Record<string, unknown> {
  if (outcome.kind === 'completed') return { report: outcome.report };
  return { error: outcome.message, ...(outcome.partial === undefined ? {} : { report: outcome.partial }) };
}
