import type { Entry, EntryType, Outcome } from '../core/entry.ts';
import { isFault } from '../core/error.ts';
import { openStatuses } from '../core/task-status.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import { checkFence, commit, endReasonOf, type LaneWork } from '../engine/lane-work.ts';
import { lastOf, runTurn, type TurnResult } from '../engine/turn.ts';
import { waitFor } from '../engine/wait-for.ts';
import type { Task } from '../store/rows.ts';
import type { Change, Reader } from '../store/store.ts';
import { endTask } from './end-task.ts';
import { subagentWork } from './subagent-work.ts';
import type { TaskDeps } from './task-deps.ts';
import { isPutAside, tellParked } from './tell-parked.ts';

type EndedTurn = Extract<TurnResult, { kind: 'ended' }>;
export type AttemptHooks = {
  /** Runs `wait` without counting the task as one that works. */
  readonly whileWaiting: <T>(wait: () => Promise<T>) => Promise<T>;
};

/**
 * One attempt of a task, from where its lane stands to its end: turns until the agent is done and is owed nothing. Returns when the task has
 * ended or parked, when the program leaves, or when somebody else took or ended it (AppError `fenced`, which the caller expects).
 */
export async function runAttempt(deps: TaskDeps, task: Task, signal: AbortSignal, hooks: AttemptHooks): Promise<void> {
  const work = await subagentWork(deps, task, hooks.whileWaiting);
  const before = unsettledEnd(await deps.store.entries(task.chatId, { lane: task.id }));
  if (before && (await settle(deps, work, task, before, signal))) return;
  for (let cause: 'task' | 'notification' = 'task'; ; cause = 'notification') {
    const result = await runTurn(deps, { ...work, stepsLeft: await stepsLeft(deps, task) }, { cause, signal });
    if (result.kind === 'left-open') return;
    for (;;) {
      if (await settle(deps, work, task, result, signal)) return;
      const next = await hooks.whileWaiting(() => waitForNext(deps, task, signal));
      if (next === 'leave') return;
      if (next === 'inbox') break;
    }
  }
}

const afterEnd: readonly EntryType[] = [
  'turn:started',
  'task:requeued',
  'task:ended',
  'user:said',
  'lane:messaged',
  'notification:delivered',
  'program:remarked',
];

/** The end of the lane's last turn when it was no success and the process went away before the task ended by it. */
function unsettledEnd(entries: readonly Entry[]): EndedTurn | undefined {
  const last = entries.findLast(({ type }) => type === 'turn:ended' || afterEnd.includes(type));
  if (last?.type !== 'turn:ended' || last.end === 'done') return undefined;
  return { kind: 'ended', end: last.end, message: last.message, ...lastOf(entries.reduce(reduceLane, emptyLane)) };
}

/** Counted from when it was last put back into the queue by somebody, so that a retry is worth something. */
async function stepsLeft(deps: TaskDeps, task: Task): Promise<number | undefined> {
  if (task.spec.maxTurns === undefined) return undefined;
  const entries = await deps.store.entries(task.chatId, { lane: task.id });
  const since = entries.slice(entries.findLastIndex(entry => entry.type === 'task:requeued') + 1);
  const steps = since.filter(entry => entry.type === 'model:answered').length;
  return Math.max(0, task.spec.maxTurns - steps);
}

/** Ends or parks the task as its turn ended; false when it is owed something and must wait for it. */
async function settle(
  deps: TaskDeps,
  work: LaneWork,
  task: Task,
  result: EndedTurn,
  signal: AbortSignal,
): Promise<boolean> {
  const reason = signal.aborted ? endReasonOf(signal) : undefined;
  if (result.end === 'budget') {
    await park(deps, work, task, result.message ?? 'budget used up');
    return true;
  }
  const timeout = reason?.kind === 'timeout' ? reason.message : undefined;
  const mustWait = async (reader: Reader) =>
    result.end === 'done' && timeout === undefined && (await owes(reader, task)) !== 'nothing';
  if (await mustWait(deps.store)) return false;
  const isApart = task.spec.isolation === 'worktree';
  const note = isApart ? await deps.worktrees.conclude(task) : undefined;
  const outcome = timeout === undefined ? outcomeOf(result) : failure('timeout', timeout, result.lastText);
  const hasEnded = await deps.store.write(async tx => {
    await checkFence(tx, work.fence);
    if (await mustWait(tx)) return false;
    await endTask(deps, tx, task.id, task.attempt, withNote(outcome, note));
    return true;
  });
  if (hasEnded && isApart) await removeWorktree(deps, task);
  return hasEnded;
}

/** The task has ended, so a worktree that cannot be removed is only said. */
async function removeWorktree(deps: TaskDeps, task: Task): Promise<void> {
  try {
    await deps.worktrees.removeUnchanged(task);
  } catch (error) {
    if (!isFault(error)) throw error;
    deps.log.warn('an unchanged worktree could not be removed', { task: task.id, error: error.message });
  }
}

/** The outcome with a remark of the program at the end of what the agent said. */
function withNote(outcome: Exclude<Outcome, { kind: 'stopped' }>, note: string | undefined): Outcome {
  if (note === undefined) return outcome;
  if (outcome.kind === 'completed') return { ...outcome, report: `${outcome.report}\n\n${note}` };
  return { ...outcome, partial: outcome.partial === undefined ? note : `${outcome.partial}\n\n${note}` };
}

function outcomeOf(result: EndedTurn): Exclude<Outcome, { kind: 'stopped' }> {
  if (result.end === 'done' && result.lastStop === 'refused')
    return failure('refused', 'the model refused to go on', result.lastText);
  if (result.end === 'done') return { kind: 'completed', report: wholeOrSaid(result) };
  const reason = {
    'max-turns': 'max_turns',
    failed: 'error',
    loop: 'loop',
    interrupted: 'interrupted',
    budget: 'budget',
  }[result.end];
  return failure(reason, result.message ?? reason, result.lastText);
}

/** A report that the model could not finish says so, and so does what stands in place of one that is empty. */
function wholeOrSaid({ lastText, lastStop, isLastEmpty }: EndedTurn): string {
  const report = isLastEmpty ? instead(lastText) : lastText;
  return lastStop === 'length' ? `${report}\n\n[cut off at the output limit of the model]` : report;
}

/** An older text is never given out as the report. */
function instead(before: string): string {
  const note = '[no report: the last answer of the agent was empty]';
  return before === '' ? note : `${note}\n\nWhat it had said before that:\n${before}`;
}

function failure(reason: string, message: string, partial: string): Extract<Outcome, { kind: 'failed' }> {
  return { kind: 'failed', reason, message, ...(partial.trim() === '' ? {} : { partial }) };
}

async function park(deps: TaskDeps, work: LaneWork, task: Task, message: string): Promise<void> {
  await commit(
    deps,
    work,
    [{ type: 'task:parked', taskId: task.id, attempt: task.attempt, reason: 'budget', message }],
    async tx => {
      await tx.patchTask(task.id, { status: 'parked', parkReason: 'budget', worker: null });
      await tellParked(deps, tx, task, message, 'retried with more budget');
    },
  );
}

/** What the lane still has to see before its task may end: input that waits, or the notification of a background child (S21). */
async function owes(reader: Reader, task: Task): Promise<'inbox' | 'child' | 'nothing'> {
  if ((await reader.pending(task.chatId, task.id)).length > 0) return 'inbox';
  const open = await reader.tasks({
    chatId: task.chatId,
    parentLane: task.id,
    statuses: openStatuses,
  });
  const counts = (child: Task) =>
    child.isBackground && !child.isSilent && child.notify === 'wake' && !isPutAside(child);
  return open.some(counts) ? 'child' : 'nothing';
}

/** Waits until something is there for the lane, nothing is owed any more, or the lane was told to end. */
async function waitForNext(deps: TaskDeps, task: Task, signal: AbortSignal): Promise<'inbox' | 'settle' | 'leave'> {
  const concerns = (change: Change) => change.kind === 'elsewhere' || change.touchedInbox || change.touchedTasks;
  const look = async () => {
    const owed = await owes(deps.store, task);
    if (owed === 'child') return undefined;
    return owed === 'inbox' ? owed : 'settle';
  };
  try {
    return await waitFor(deps, signal, look, concerns);
  } catch (error) {
    if (!signal.aborted) throw error;
    return endReasonOf(signal).kind === 'timeout' ? 'settle' : 'leave';
  }
}
