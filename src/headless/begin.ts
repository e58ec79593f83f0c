import { createStore } from '../core/create-store.ts';
import type { Entry } from '../core/entry.ts';
import type { InboxId, TaskId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import type { Chat } from '../store/rows.ts';
import { type OpenChat, openChat, openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { type Bell, createBell } from './bell.ts';
import type { Client } from './client.ts';
import type { LineWriter } from './line-writer.ts';
import type { HeadlessOptions } from './options.ts';
import { jsonOutput, type Output, textOutput } from './output.ts';
import { hasOpenTurn } from './prepare.ts';
import { createProgress } from './progress.ts';
import { emptyRunLog, type RunLog, reduceRunLog } from './run-log.ts';
import { startGate } from './start-gate.ts';

/** What a run was asked for, checked. */
export type Wanted = {
  readonly program: Program;
  readonly options: HeadlessOptions;
  readonly io: Io;
  /** Aborted by the signals that end the program; its reason is the name of the signal. */
  readonly signal: AbortSignal;
  readonly chat: Chat;
  readonly isNew: boolean;
  readonly model: string;
  /** Empty: goes on with what is left in the chat, or with what a client says. */
  readonly prompt: string;
  /** Monotonic milliseconds. */
  readonly begunAt: number;
};

/** A run with its chat open. */
export type Run = Wanted & {
  readonly open: OpenChat;
  readonly output: Output;
  readonly bell: Bell;
  readonly log: () => RunLog;
  /** Input of this run. */
  readonly sent: InboxId[];
  /** Open when the run began. */
  readonly earlierTasks: ReadonlySet<TaskId>;
  readonly isUnread: () => boolean;
  /** Present with `--input-format stream-json`. */
  readonly client?: Client | undefined;
};

/** Opens the chat, listens to it and sends the prompt. */
export async function beginRun(wanted: Wanted): Promise<Run> {
  const { program, options, io, chat, isNew, prompt, signal } = wanted;
  const { store, base, limits } = program;
  program.onTrouble(message => io.err(`legwork: ${message}\n`));
  const log = createStore<RunLog, Entry>(reduceRunLog, {
    ...emptyRunLog,
    seq: isNew ? 0 : chat.lastSeq,
    hasOpenTurn: !isNew && (await hasOpenTurn(store, chat)),
  });
  const earlier = isNew ? [] : await openTasks(store, chat.id);
  const bell = createBell(base.clock, limits.recheckMs);
  signal.addEventListener('abort', bell.ring, { once: true });
  let isUnread = false;
  const { output, writer } = await outputOf(wanted, () => {
    isUnread = true;
    bell.ring();
  });
  let client: Client | undefined;
  const open = await openChat(base, {
    kind: 'headless',
    pid: program.pid,
    host: program.host,
    chatId: chat.id,
    user: program.user,
    model: wanted.model,
    policy: program.policy,
    modeAsked: program.modeAsked,
    extraPrompt: options.appendSystemPrompt,
    budget: options.maxBudgetUsd === undefined ? undefined : { usd: options.maxBudgetUsd },
    maxSteps: options.maxTurns,
    canAsk: () => client?.isListening() ?? false,
    startsOnLate: prompt === '' || program.lateNotifications === 'turn',
    mayStart: startGate(options.background, chat.id, log.get),
  });
  if (open.found) output.found(open.found);
  const { session } = open;
  const sent: InboxId[] = [];
  if (writer && options.inputFormat === 'stream-json') {
    const { createClient } = await import('./client.ts');
    client = createClient({
      program,
      io,
      session,
      writer,
      needsName: isNew && prompt === '',
      setMode: open.policy.hold,
      onSent: id => sent.push(id),
    });
  }
  const progress = io.isErrTerminal || options.isVerbose ? createProgress(io) : undefined;
  session.subscribe(log.get().seq, event => {
    if (event.kind === 'live') {
      output.live(event.event);
      progress?.live(event.event);
      return;
    }
    if (event.kind === 'entries') {
      for (const entry of event.entries) log.dispatch(entry);
      output.entries(event.entries);
      client?.entries(event.entries);
      progress?.entries(event.entries);
    }
    bell.ring();
  });
  if (prompt !== '') sent.push(await session.send(prompt));
  const earlierTasks = new Set(earlier.map(task => task.id));
  return { ...wanted, open, output, bell, log: log.get, sent, earlierTasks, isUnread: () => isUnread, client };
}

async function outputOf(wanted: Wanted, onGone: () => void): Promise<{ output: Output; writer?: LineWriter }> {
  const { io, options } = wanted;
  if (options.outputFormat === 'text') return { output: textOutput(io) };
  if (options.outputFormat === 'json') return { output: jsonOutput(io) };
  const { openStream } = await import('./stream-run.ts');
  return openStream({ ...wanted, includesPartial: options.includesPartial, onGone });
}
