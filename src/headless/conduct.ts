import { ClosedOutput } from '../core/error.ts';
import { exitCodes } from '../core/exit-code.ts';
import { beginRun, type Run, type Wanted } from './begin.ts';
import { giveUp, leave } from './leave.ts';
import { type Moment, momentOf } from './moment.ts';
import { type RunEnd, type RunResult, resultOf } from './result.ts';
import { type Fate, taskEnds } from './run-tasks.ts';

/** What was told to the reader so far, for runs that tell more than one result. */
type Told = { throughSeq: number; exitCode: number | undefined };
type Reason = Moment | 'signal' | 'unread';

/** Opens the chat, sends the input, waits until the run is over, puts back what is left, and tells the result. Returns the exit code. */
export async function conduct(wanted: Wanted): Promise<number> {
  const run = await beginRun(wanted);
  const told: Told = { throughSeq: 0, exitCode: undefined };
  const listening = listen(run);
  const end = await untilOver(run, told, listening).catch(async error => {
    await giveUp(run, false);
    throw error;
  });
  const fate = await leave(run, end);
  const result = await describe(run, end, fate);
  explain(run, result, end);
  const isTold = told.exitCode === result.exitCode && (run.log().end?.seq ?? 0) <= told.throughSeq;
  if (end.kind !== 'unread' && !isTold) await tell(run, result);
  if (listening.error) throw listening.error;
  return result.exitCode || (run.client?.badLines() ? exitCodes.usage : exitCodes.done);
}

type Listening = { isOver: boolean; error?: unknown };

/** Follows what a client says, if there is one. */
function listen(run: Run): Listening {
  const listening: Listening = { isOver: run.client === undefined };
  run.client
    ?.listen()
    .catch(error => {
      listening.error = error;
    })
    .finally(() => {
      listening.isOver = true;
      run.bell.ring();
    });
  return listening;
}

/** With a client, every rest in between is told as a result; the run goes on while the client may say more. */
async function untilOver(run: Run, told: Told, listening: Listening): Promise<RunEnd> {
  for (;;) {
    const reason = await nextMoment(run, told);
    if (reason === 'signal') return { kind: 'signal', name: String(run.signal.reason) };
    if (reason === 'unread') return { kind: 'unread' };
    const { end } = run.log();
    const isUsedUp = end?.how === 'max-turns' || end?.how === 'budget';
    if (!run.client || isUsedUp || (listening.isOver && reason === 'quiet')) return { kind: 'moment' };
    if (end && end.seq > told.throughSeq) {
      const result = await describe(run, { kind: 'moment' }, { stopped: new Set(), isHandedOn: true });
      told.throughSeq = end.seq;
      told.exitCode = result.exitCode;
      await tell(run, result);
    }
    await run.bell.rung();
  }
}

async function nextMoment(run: Run, told: Told): Promise<Reason> {
  const { program, chat, options, log } = run;
  const watched = {
    reader: program.store,
    chatId: chat.id,
    now: program.base.clock.now,
    background: options.background,
    log,
    sent: () => run.sent,
    toldThrough: () => told.throughSeq,
  };
  for (;;) {
    if (run.signal.aborted) return 'signal';
    if (run.isUnread()) return 'unread';
    const moment = await momentOf(watched);
    if (moment) return moment;
    await run.bell.rung();
  }
}

async function describe(run: Run, end: RunEnd, fate: Fate): Promise<RunResult> {
  const { program, chat, begunAt } = run;
  const ids = new Set([...run.earlierTasks, ...run.log().taskIds]);
  const tasks = await taskEnds(program, ids, fate);
  return resultOf(run.log(), end, { chatId: chat.id, durationMs: program.base.clock.monotonic() - begunAt, tasks });
}

/** A reader that goes away while it gets the result is no failure of the run. */
async function tell(run: Run, result: RunResult): Promise<void> {
  try {
    await run.output.result(result);
  } catch (error) {
    if (!(error instanceof ClosedOutput)) throw error;
  }
}

/** Says to people what went wrong and how to go on. */
function explain({ io, chat }: Run, result: RunResult, end: RunEnd): void {
  if (result.subtype === 'success' || end.kind === 'unread') return;
  for (const error of result.errors) io.err(`legwork: ${error}\n`);
  const isLeft = end.kind === 'signal' || result.tasks.some(task => task.isCut);
  io.err(
    `legwork: everything is kept; go on with: legwork -p --resume ${chat.id}${isLeft ? '' : ' "…"'} (or legwork -c)\n`,
  );
}
