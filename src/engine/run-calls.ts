import type { Entry, EntryBody, ToolCall } from '../core/entry.ts';
import { isFault, messageOf } from '../core/error.ts';
import type { TaskId, TurnId } from '../core/ids.ts';
import { cutMiddle } from '../core/text.ts';
import type { Decision } from '../permissions/policy.ts';
import type { Tx } from '../store/store.ts';
import type { ToolContext, ToolResult } from '../tools/tool.ts';
import { askApproval, closeApprovals } from './approvals.ts';
import { type JudgedCall, judgeCall } from './judge-call.ts';
import { commit, type Engine, endReasonOf, type LaneWork } from './lane-work.ts';
import { askPerson } from './questions.ts';

/** What a call ends with; `isDenied` when it was not permitted to run. */
type CallResult = ToolResult & { readonly isDenied?: true };
type Judged = Extract<JudgedCall, { kind: 'judged' }>;
export type OpenCall = { readonly call: ToolCall; readonly hasStarted: boolean };
export type CallRun = {
  readonly engine: Engine;
  readonly work: LaneWork;
  readonly turnId: TurnId;
  readonly signal: AbortSignal;
  /** Hears of every entry that was committed, in order. */
  readonly remember: (entries: readonly Entry[]) => void;
};

/** The entries that stand in the same commit as the answer: calls that are allowed have started, those that are refused, denied or too many have ended. */
export function openingEntries(
  run: Pick<CallRun, 'engine' | 'work' | 'turnId'>,
  calls: readonly ToolCall[],
): EntryBody[] {
  const { callsPerStep } = run.engine.limits;
  return calls.flatMap((call, index) => {
    if (index >= callsPerStep) {
      const text = `Error: not run, because one answer may make ${callsPerStep} calls; make it again.`;
      return [ended(run.turnId, call, { text, isError: true }, 0)];
    }
    const judged = judgeCall({ ...run.work, decide: run.engine.decide }, call);
    if (judged.kind === 'refused') return [ended(run.turnId, call, { text: judged.message, isError: true }, 0)];
    if (judged.decision.kind === 'deny')
      return [ended(run.turnId, call, { text: `Denied: ${judged.decision.reason}`, isError: true, isDenied: true }, 0)];
    return judged.decision.kind === 'allow' ? [started(run.turnId, judged)] : [];
  });
}

/**
 * Runs the calls of one answer that have no result yet, and commits each result as it comes. Calls that name the same resource run in
 * the order of the answer, the others side by side. A call that was in flight at a crash is repeated only when that is harmless.
 */
export async function runCalls(run: CallRun, calls: readonly OpenCall[], isResumed: boolean): Promise<void> {
  const lastOf = new Map<string, Promise<void>>();
  const gate = createGate(run.engine.limits.parallelCalls);
  const runs = calls.map(open => {
    const judged = judgeCall({ ...run.work, decide: run.engine.decide }, open.call);
    const resource = judged.kind === 'judged' ? judged.resource : undefined;
    const before = resource === undefined ? undefined : lastOf.get(resource);
    const running = (before ?? Promise.resolve()).then(() =>
      gate(() => runOne(run, judged, open.hasStarted, isResumed)),
    );
    if (resource !== undefined)
      lastOf.set(
        resource,
        running.catch(() => undefined),
      );
    return running;
  });
  const results = await Promise.allSettled(runs);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function runOne(run: CallRun, judged: JudgedCall, hasStarted: boolean, isResumed: boolean): Promise<void> {
  const { engine, work, turnId, signal } = run;
  const begin = engine.clock.monotonic();
  const finish = (result: CallResult) => finishCall(run, judged.call, result, engine.clock.monotonic() - begin);
  if (judged.kind === 'refused') return finish({ text: judged.message, isError: true });
  const wasInFlight = isResumed && hasStarted;
  if (wasInFlight && !judged.isRepeatable) return finish({ text: inFlight(judged.call), isError: true });
  if (signal.aborted) return finishAborted(run, judged.call, finish);
  // Calls of the same resource ran before it, and what is permitted may have been changed meanwhile. What has started was allowed.
  const judgeAgain = () => decisionNow(run, judged);
  const decision = judged.decision.kind === 'ask' ? judgeAgain() : judged.decision;
  if (decision.kind === 'deny') return finish({ text: `Denied: ${decision.reason}`, isError: true, isDenied: true });
  if (decision.kind === 'ask') {
    const question = { call: judged.call, reason: decision.reason, judgeAgain };
    const verdict = await askApproval(engine, work, question, signal).catch(error => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (!verdict) return finishAborted(run, judged.call, finish);
    if (!verdict.isAllowed) return finish({ text: verdict.message, isError: true, isDenied: true });
  }
  if (!hasStarted) run.remember(await commit(engine, work, [started(turnId, judged)]));
  const result = await runTool(run, judged, wasInFlight);
  if (signal.aborted && endReasonOf(signal).kind === 'close') return;
  await finish(result);
}

function decisionNow({ engine, work }: CallRun, judged: Judged): Decision {
  const again = judgeCall({ ...work, decide: engine.decide }, judged.call);
  return again.kind === 'judged' ? again.decision : judged.decision;
}

/** A call that may not run because the lane was told to end: on leaving it stays open for the next driver, else the model is told. */
async function finishAborted(
  run: CallRun,
  call: ToolCall,
  finish: (result: CallResult) => Promise<void>,
): Promise<void> {
  if (endReasonOf(run.signal).kind === 'close') return;
  await finish({ text: `Not run: the turn was interrupted before ${call.tool} began.`, isError: true });
}

async function runTool(run: CallRun, judged: Judged, isRepeat: boolean): Promise<ToolResult> {
  const { engine, work, turnId, signal } = run;
  const { callId } = judged.call;
  const context: ToolContext = {
    signal,
    chatId: work.chatId,
    lane: work.lane,
    turnId,
    callId,
    isRepeat,
    cwd: work.cwd,
    files: work.files,
    progress: text => engine.live.emit(work.chatId, { type: 'progress', lane: work.lane, callId, text }),
    ask: question => askPerson(engine, work, judged.call, question, signal),
  };
  try {
    return await judged.tool.run(judged.input, context);
  } catch (error) {
    if (isFault(error, 'fenced') || isFault(error, 'store')) throw error;
    if (signal.aborted)
      return {
        text: `Interrupted: ${judged.tool.name} was ended before it was done. Its effect is unknown.`,
        isError: true,
      };
    if (!isFault(error))
      engine.log.error('a tool threw', {
        tool: judged.tool.name,
        error: messageOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      });
    return { text: `Error: ${messageOf(error)}`, isError: true };
  }
}

async function finishCall(run: CallRun, call: ToolCall, result: CallResult, durationMs: number): Promise<void> {
  const { engine, work, turnId } = run;
  const text = cutMiddle(
    result.text.toWellFormed(),
    engine.limits.toolResultChars,
    omitted => `[… ${omitted} characters left out …]`,
  );
  const delivers = result.delivers ?? [];
  const entries = await commit(
    engine,
    work,
    [ended(turnId, call, { ...result, text }, durationMs)],
    async (tx, [entry]) => {
      if (delivers.length > 0 && entry) await deliverByResult(tx, work, delivers, entry.seq);
      if (work.fence.kind === 'task') await tx.addTaskUsage(work.fence.taskId, { usage: {}, toolUses: 1, steps: 0 });
      await closeApprovals(tx, { chatId: work.chatId, lane: work.lane, callId: call.callId }, engine.clock.now());
    },
  );
  run.remember(entries);
}

/** The result of a read is the delivery: what waits in the inbox for the same tasks is marked delivered by it. */
async function deliverByResult(tx: Tx, work: LaneWork, tasks: readonly TaskId[], seq: number): Promise<void> {
  const rows = await tx.pending(work.chatId, work.lane);
  const same = rows.filter(row => row.kind === 'notification' && tasks.some(task => task === row.from));
  if (same.length > 0)
    await tx.markDelivered(
      same.map(row => row.id),
      seq,
    );
}

function started(turnId: TurnId, judged: Judged): EntryBody {
  const { call, isReadOnly, isRepeatable } = judged;
  return {
    type: 'tool:started',
    turnId,
    ...call,
    isReadOnly,
    ...(isRepeatable && !isReadOnly ? { isRepeatable } : {}),
  };
}

function ended(turnId: TurnId, call: ToolCall, result: CallResult, durationMs: number): EntryBody {
  const { callId, tool } = call;
  const display = result.display === undefined ? {} : { display: result.display };
  return {
    type: 'tool:ended',
    turnId,
    callId,
    tool,
    text: result.text,
    isError: result.isError ?? false,
    durationMs: Math.round(durationMs),
    ...(result.isDenied ? { isDenied: true } : {}),
    ...display,
  };
}

function inFlight(call: ToolCall): string {
  return `Interrupted, outcome unknown: the program ended while ${call.tool} was running. It was not run again; check what it did before you repeat it.`;
}

/** Lets at most `size` run at a time, first come first served. */
function createGate(size: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = size;
  const queue: (() => void)[] = [];
  return async run => {
    if (free === 0) await new Promise<void>(resolve => queue.push(resolve));
    else free -= 1;
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}
