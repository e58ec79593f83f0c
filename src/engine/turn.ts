import type { Entry, EntryBody, ToolCall, TurnEnd } from '../core/entry.ts';
import type { InboxId, TurnId } from '../core/ids.ts';
import type { Answer, ModelFailure } from '../models/model.ts';
import { toolSpec } from '../tools/spec.ts';
import { askModel } from './ask-model.ts';
import { compact, needsCompaction } from './compaction.ts';
import { type Context, createContext } from './context.ts';
import { takeInbox } from './inbox.ts';
import { callKey, emptyLane, type LaneState, reduceLane } from './lane-state.ts';
import { checkFence, commit, type Engine, endReasonOf, type LaneWork } from './lane-work.ts';
import { openingEntries, runCalls } from './run-calls.ts';

export type TurnResult =
  | {
      readonly kind: 'ended';
      readonly end: TurnEnd;
      readonly message?: string | undefined;
      readonly lastText: string;
      /** The last answer had no text, so `lastText` is of an earlier one. */
      readonly isLastEmpty: boolean;
      /** Why the last answer stopped. */
      readonly lastStop: LaneState['lastStop'];
    }
  /** The program leaves; the turn stays open in the log. */
  | { readonly kind: 'left-open' };

export type TurnOptions = {
  readonly cause: 'input' | 'notification' | 'task' | 'resume';
  readonly signal: AbortSignal;
  /** Inbox rows that are marked late: they waited when the chat was opened. */
  readonly late?: ReadonlySet<InboxId> | undefined;
  /** Resolves when notifications that come together have been gathered; see `limits.notificationWindowMs`. */
  readonly gather?: (() => Promise<void>) | undefined;
};

/** What a turn holds while it runs: the lane's log so far, folded in the two ways it needs. */
type Running = {
  readonly engine: Engine;
  readonly work: LaneWork;
  readonly options: TurnOptions;
  readonly turnId: TurnId;
  readonly context: Context;
  state: LaneState;
  /** Ids of every call of the lane. */
  readonly callIds: Set<string>;
  newSteps: number;
  /** What was sent for the end of a turn is taken where the next one begins. */
  hasTaken: boolean;
  hasCompacted: boolean;
};

/**
 * The loop: asks the model, runs the tools it calls, takes what waits at each tool boundary, until the model asks for no tool and nothing waits.
 * The only place where a model is asked on behalf of a lane. A turn that an earlier driver left open is gone on with: answers
 * that stand in the log are not asked for again, calls that have a result are not run again.
 * AppError `fenced` when somebody else took the lane; nothing is written after that.
 */
export async function runTurn(engine: Engine, work: LaneWork, options: TurnOptions): Promise<TurnResult> {
  const entries = await engine.store.entries(work.chatId, { lane: work.lane });
  const state = entries.reduce(reduceLane, emptyLane);
  const isResumed = state.turnId !== undefined;
  const run: Running = {
    engine,
    work,
    options,
    turnId: state.turnId ?? engine.ids('turn'),
    context: createContext(work.base),
    state: emptyLane,
    callIds: new Set(),
    newSteps: 0,
    hasTaken: isResumed,
    hasCompacted: false,
  };
  remember(run, entries);
  if (!isResumed)
    await write(run, [{ type: 'turn:started', turnId: run.turnId, model: work.model, cause: options.cause }]);
  await options.gather?.();
  if (!isLooping(run)) await runOpenCalls(run, isResumed);
  return steps(run);
}

async function steps(run: Running): Promise<TurnResult> {
  const stepsLeft = run.work.stepsLeft ?? run.engine.limits.turnSteps;
  for (;;) {
    const { signal } = run.options;
    if (signal.aborted) return interrupted(run);
    if (isLooping(run)) return brokenLoop(run);
    const taken = await takeOrEnd(run);
    if (taken === 'ended') return { kind: 'ended', end: 'done', ...lastOf(run.state) };
    if (run.newSteps >= stepsLeft)
      return end(run, 'max-turns', `stopped at the limit of model steps (${run.state.steps} in this turn)`);
    const overBudget = await run.work.overBudget?.();
    if (overBudget !== undefined) return end(run, 'budget', overBudget);
    const failure = (await compactIfFull(run)) ?? (await step(run));
    if (failure) return failed(run, failure);
  }
}

/** At a boundary: takes what waits, or, when the model has nothing left to see, ends the turn. One commit, so that nothing slips in between. */
async function takeOrEnd(run: Running): Promise<'taken' | 'ended'> {
  const { engine, work, options, turnId } = run;
  const entries = await engine.store.write(async tx => {
    await checkFence(tx, work.fence);
    const taken = await takeInbox(tx, work, run.hasTaken ? 'boundary' : 'turn', options.late);
    const isOver = taken.bodies.length === 0 && !run.state.owesAnswer;
    const bodies: readonly EntryBody[] = isOver
      ? [{ type: 'turn:ended', turnId, end: 'done', ...cutShort(run.state.lastStop) }]
      : taken.bodies;
    if (bodies.length === 0) return [];
    const written = await tx.append(work.chatId, work.lane, engine.clock.now(), bodies);
    if (!isOver) await taken.settle(tx, written);
    return written;
  });
  run.hasTaken = true;
  remember(run, entries);
  return run.state.turnId === undefined ? 'ended' : 'taken';
}

/** Tells people of an answer that is not whole. */
function cutShort(stop: LaneState['lastStop']): { message?: string } {
  if (stop === 'length') return { message: 'the answer was cut off at the output limit of the model' };
  return stop === 'refused' ? { message: 'the model refused to go on' } : {};
}

/** One model request and the calls it asked for. Returns the failure when there was no answer. */
async function step(run: Running): Promise<ModelFailure | undefined> {
  const { engine, work, turnId } = run;
  const begin = engine.clock.monotonic();
  const outcome = await askModel(engine, work, run.context.messages, work.tools.map(toolSpec), run.options.signal);
  if (outcome.type === 'failed') {
    if (outcome.failure.kind !== 'overflow' || run.hasCompacted) return outcome.failure;
    return compactLane(run);
  }
  const { answer } = outcome;
  run.newSteps += 1;
  run.hasCompacted = false;
  const durationMs = Math.round(engine.clock.monotonic() - begin);
  const calls = withNewIds(run, answer.calls);
  const body: EntryBody = {
    type: 'model:answered',
    turnId,
    model: work.model,
    text: answer.text,
    calls,
    stop: answer.stop,
    usage: answer.usage,
    durationMs,
    ...(answer.thinking === undefined ? {} : { thinking: answer.thinking }),
    ...(answer.backend === undefined ? {} : { backend: answer.backend }),
  };
  const opening = isRepeating(run, calls) ? [] : openingEntries(run, calls);
  const entries = await commit(engine, work, [body, ...opening], async tx => {
    const ended = opening.filter(entry => entry.type === 'tool:ended').length;
    if (work.fence.kind === 'task')
      await tx.addTaskUsage(work.fence.taskId, { usage: answer.usage, toolUses: ended, steps: 1 });
  });
  remember(run, entries);
  if (!isLooping(run)) await runOpenCalls(run, false);
  return undefined;
}

/** Servers that number the calls of each answer anew repeat their ids; in a lane each call has an id of its own, by which its task is found again. */
function withNewIds(run: Running, calls: Answer['calls']): ToolCall[] {
  const used = new Set(run.callIds);
  return calls.map(call => {
    let callId = call.callId;
    for (let number = 2; used.has(callId); number += 1) callId = `${call.callId}_${number}`;
    used.add(callId);
    return { ...call, callId };
  });
}

function isLooping(run: Running): boolean {
  return run.state.lastCall.times >= run.engine.limits.sameCallInARow;
}

/** Whether these calls, after those that were made, are the same one too often. */
function isRepeating(run: Running, calls: Answer['calls']): boolean {
  let { key, times } = run.state.lastCall;
  for (const call of calls) {
    times = callKey(call) === key ? times + 1 : 1;
    key = callKey(call);
  }
  return times >= run.engine.limits.sameCallInARow;
}

async function runOpenCalls(run: Running, isResumed: boolean): Promise<void> {
  const { engine, work, turnId, options } = run;
  await runCalls(
    { engine, work, turnId, signal: options.signal, remember: entries => remember(run, entries) },
    run.state.openCalls,
    isResumed,
  );
}

/** Once between two answers: a context that stays too large is the provider's to refuse. */
async function compactIfFull(run: Running): Promise<ModelFailure | undefined> {
  if (run.hasCompacted || !needsCompaction(run.engine, run.work, run.context.messages)) return undefined;
  return compactLane(run);
}

async function compactLane(run: Running): Promise<ModelFailure | undefined> {
  run.hasCompacted = true;
  const result = await compact(run.engine, run.work, run.context, run.options.signal);
  if ('failure' in result) return result.failure;
  remember(run, result.entries);
  return undefined;
}

/** `before` stands in the same commit as the end of the turn. */
async function interrupted(run: Running, before: readonly EntryBody[] = []): Promise<TurnResult> {
  const reason = endReasonOf(run.options.signal);
  if (reason.kind === 'close' || reason.kind === 'stop') return { kind: 'left-open' };
  if (reason.kind === 'timeout') return end(run, 'failed', reason.message, before);
  return end(run, 'interrupted', 'interrupted by the user', before);
}

/** What broke off and the end of the turn are one commit: a turn gone on with would ask the model to answer its own words. */
async function failed(run: Running, failure: ModelFailure): Promise<TurnResult> {
  const { work, turnId, options } = run;
  const brokeOff: EntryBody = {
    type: 'model:broke-off',
    turnId,
    model: work.model,
    text: failure.partialText,
    reason: failure.kind,
    message: failure.message,
  };
  if (options.signal.aborted) return interrupted(run, [brokeOff]);
  return end(run, 'failed', failure.message, [brokeOff]);
}

async function brokenLoop(run: Running): Promise<TurnResult> {
  const tool = run.state.lastCall.key.split(' ', 1)[0] ?? '';
  const message = `${tool} was called ${run.state.lastCall.times} times in a row with the same input; the loop was broken`;
  return end(run, 'loop', message);
}

async function end(
  run: Running,
  how: TurnEnd,
  message: string,
  before: readonly EntryBody[] = [],
): Promise<TurnResult> {
  const { engine, work, turnId } = run;
  remember(run, await commit(engine, work, [...before, { type: 'turn:ended', turnId, end: how, message }]));
  return { kind: 'ended', end: how, message, ...lastOf(run.state) };
}

/** What a lane's agent said last, and how. */
export function lastOf({ lastText, lastStop, isLastEmpty }: LaneState) {
  return { lastText, lastStop, isLastEmpty };
}

async function write(run: Running, bodies: readonly EntryBody[]): Promise<void> {
  remember(run, await commit(run.engine, run.work, bodies));
}

function remember(run: Running, entries: readonly Entry[]): void {
  for (const entry of entries) {
    run.context.push(entry);
    run.state = reduceLane(run.state, entry);
    if (entry.type === 'model:answered') for (const { callId } of entry.calls) run.callIds.add(callId);
  }
}
