import type { Entry, EntryBody } from '../core/entry.ts';
import type { ChatId, Ids, LaneId, TaskId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Message, ModelHandle, Models } from '../models/model.ts';
import type { Decide, Policy } from '../permissions/policy.ts';
import type { Store, Tx } from '../store/store.ts';
import type { AnyTool, FileLedger } from '../tools/tool.ts';
import type { LiveHub } from './live.ts';

/** Whose right to write is checked in every commit: a lane's driver, or a task's attempt. */
export type Fence =
  | { readonly kind: 'lane'; readonly chatId: ChatId; readonly lane: LaneId; readonly epoch: number }
  | { readonly kind: 'task'; readonly taskId: TaskId; readonly attempt: number };

/** Everything about one lane that a turn needs and that does not change while the turn runs. */
export type LaneWork = {
  readonly chatId: ChatId;
  readonly lane: LaneId;
  readonly fence: Fence;
  /** `primary`, or the name of the agent definition. */
  readonly agent: string;
  readonly model: ModelHandle;
  readonly system: string;
  /** What precedes the lane's own entries: the history that a fork or a task in a chat sees. */
  readonly base: readonly Message[];
  readonly tools: readonly AnyTool[];
  /** Outermost first; the strictest decision counts. */
  readonly policies: readonly Policy[];
  readonly cwd: string;
  readonly files: FileLedger;
  /** Model steps that may still be taken; absent: `limits.turnSteps`. */
  readonly stepsLeft?: number | undefined;
  /** Says why the lane may not ask the model again, or undefined when it may. */
  readonly overBudget?: (() => Promise<string | undefined>) | undefined;
  /** Whether somebody could answer an approval or a question now. */
  readonly canAsk: () => boolean;
};

/** What the engine stands on. */
export type Engine = {
  readonly store: Store;
  readonly models: Models;
  readonly decide: Decide;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly log: Log;
  readonly live: LiveHub;
};

/** Why a running lane was told to end. The first reason wins. */
export type EndReason =
  /** A person pressed Esc: the turn ends, the lane lives. */
  | { readonly kind: 'interrupt' }
  /** The task was ended by somebody else; nothing more may be written. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'timeout'; readonly message: string }
  /** The program leaves: the turn stays open and is taken up by the next driver. */
  | { readonly kind: 'close' };

export function endReasonOf(signal: AbortSignal): EndReason {
  return isEndReason(signal.reason) ? signal.reason : { kind: 'interrupt' };
}

function isEndReason(value: unknown): value is EndReason {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** AppError `fenced` unless the lane still belongs to whoever writes. */
export async function checkFence(tx: Tx, fence: Fence): Promise<void> {
  if (fence.kind === 'task') return tx.fenceTask(fence.taskId, fence.attempt);
  return tx.fenceLane(fence.chatId, fence.lane, fence.epoch);
}

/**
 * Writes entries of a lane in one fenced commit, with whatever moves with them.
 * AppError `fenced` when the right to write is gone; then nothing was written.
 */
export async function commit(
  engine: Engine,
  work: LaneWork,
  bodies: readonly EntryBody[],
  also?: (tx: Tx, entries: readonly Entry[]) => Promise<void>,
): Promise<Entry[]> {
  return engine.store.write(async tx => {
    await checkFence(tx, work.fence);
    const entries = await tx.append(work.chatId, work.lane, engine.clock.now(), bodies);
    await also?.(tx, entries);
    return entries;
  });
}
