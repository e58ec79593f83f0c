import { createStore } from '../core/create-store.ts';
import type { Entry } from '../core/entry.ts';
import type { InboxId, TaskId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { type OpenChat, openChat, openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { type Bell, createBell } from './bell.ts';
import { type Moment, momentOf } from './moment.ts';
import type { HeadlessOptions } from './options.ts';
import type { Output } from './output.ts';
import { hasOpenTurn } from './prepare.ts';
import { type RunEnd, type RunResult, resultOf } from './result.ts';
import { emptyRunLog, type RunLog, reduceRunLog } from './run-log.ts';
import { type Fate, stopChildren, taskEnds } from './run-tasks.ts';
import { startGate } from './start-gate.ts';

export type Conducted = {
  readonly program: Program;
  readonly options: HeadlessOptions;
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly chat: Chat;
  readonly isNew: boolean;
  readonly model: string;
  readonly prompt: string;
  readonly output: Output;
  /** Monotonic milliseconds. */
  readonly begin: number;
};

/** A run with its chat open. */
type Run = Conducted & {
  readonly open: OpenChat;
  readonly bell: Bell;
  readonly log: () => RunLog;
  readonly sent: InboxId[];
  /** Open when the run began. */
  readonly earlierTasks: ReadonlySet<TaskId>;
  toldThrough: number;
};

/** Opens the chat, sends the input, waits until the run is over, puts back what is left, and tells the result. Returns the exit code. */
export async function conduct(conducted: Conducted): Promise<number> {
  const run = await begin(conducted);
  const end = await untilOver(run);
  const fate = await leave(run, end);
  const result = await describe(run, end, fate);
  explain(run, result, end);
  await run.output.result(result);
  return result.exitCode;
}

async function begin(conducted: Conducted): Promise<Run> {
  const { program, options, chat, isNew, model, prompt, signal, output } = conducted;
  const { store, base } = program;
  const log = createStore<RunLog, Entry>(reduceRunLog, {
    ...emptyRunLog,
    seq: isNew ? 0 : chat.lastSeq,
    hasOpenTurn: !isNew && (await hasOpenTurn(store, chat)),
  });
  const earlier = isNew ? [] : await openTasks(store, chat.id);
  const bell = createBell(base.clock, program.limits.recheckMs);
  const open = await openChat(base, {
    kind: 'headless',
    pid: program.pid,
    host: program.host,
    chatId: chat.id,
    user: program.user,
    model,
    policy: program.policy,
    extraPrompt: options.appendSystemPrompt,
    budget: options.maxBudgetUsd === undefined ? undefined : { usd: options.maxBudgetUsd },
    maxSteps: options.maxTurns,
    canAsk: () => false,
    startsOnLate: prompt === '' || program.lateNotifications === 'turn',
    mayStart: startGate(options.background, chat.id, log.get),
  });
  signal.addEventListener('abort', bell.ring, { once: true });
  const run: Run = {
    ...conducted,
    open,
    bell,
    log: log.get,
    sent: [],
    earlierTasks: new Set(earlier.map(task => task.id)),
    toldThrough: 0,
  };
  open.session.subscribe(log.get().seq, event => {
    if (event.kind === 'live') return output.live(event.event);
    if (event.kind === 'entries') {
      for (const entry of event.entries) log.dispatch(entry);
      output.entries(event.entries);
    }
    bell.ring();
  });
  if (prompt !== '') run.sent.push(await open.session.send(prompt));
  return run;
}

async function untilOver(run: Run): Promise<RunEnd> {
  const moment = await nextMoment(run);
  return moment === 'signalled' ? { kind: 'signal', name: String(run.signal.reason) } : { kind: 'moment' };
}

async function nextMoment(run: Run): Promise<Moment | 'signalled'> {
  const { program, chat, options, log } = run;
  const { store, base } = program;
  const watched = {
    reader: store,
    chatId: chat.id,
    now: base.clock.now,
    background: options.background,
    log,
    sent: () => run.sent,
    toldThrough: () => run.toldThrough,
  };
  for (;;) {
    if (run.signal.aborted) return 'signalled';
    const moment = await momentOf(watched);
    if (moment) return moment;
    await run.bell.rung();
  }
}

/** Stops or hands on what is open as the run was told to, and gives up the chat; what is left waits for whoever opens it next. */
async function leave(run: Run, end: RunEnd): Promise<Fate> {
  const { program, chat, options, open } = run;
  const isDone = end.kind === 'moment' && (run.log().end?.how ?? 'done') === 'done';
  const isViewer = open.session.state() === 'viewing';
  const stops = isDone && !isViewer && options.background === 'exit';
  const stopped = stops ? await stopChildren(open.working.deps, chat.id) : new Set<TaskId>();
  const closing = open.close();
  if (end.kind === 'moment') await closing;
  else await Promise.race([closing, program.base.clock.sleep(program.limits.leaveMs)]);
  const detaches = isDone && !isViewer && options.background === 'detach' && (await hasWork(run));
  if (detaches) await program.detach(['worker', '--chat', chat.id, '--until-idle']);
  return { stopped, isHandedOn: detaches || (isViewer && isDone) };
}

async function hasWork({ program, chat }: Run): Promise<boolean> {
  if ((await openTasks(program.store, chat.id)).length > 0) return true;
  return (await program.store.pending(chat.id, 'main')).some(row => row.wakes);
}

async function describe(run: Run, end: RunEnd, fate: Fate): Promise<RunResult> {
  const { program, chat, begin: begun } = run;
  const ids = new Set([...run.earlierTasks, ...run.log().taskIds]);
  const tasks = await taskEnds(program, ids, fate);
  return resultOf(run.log(), end, { chatId: chat.id, durationMs: program.base.clock.monotonic() - begun, tasks });
}

/** Says to people what went wrong and how to go on. */
function explain({ io, chat }: Run, result: RunResult, end: RunEnd): void {
  if (result.subtype === 'success' || end.kind === 'unread') return;
  for (const error of result.errors) io.err(`legwork: ${error}\n`);
  io.err(`legwork: go on with: legwork -p --resume ${chat.id}\n`);
}
