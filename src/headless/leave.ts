import type { TaskId } from '../core/ids.ts';
import { within } from '../core/within.ts';
import { openTasks } from '../tasks/open-chat.ts';
import type { Run } from './begin.ts';
import type { RunEnd } from './result.ts';
import { type Fate, stopChildren } from './run-tasks.ts';

/**
 * Stops or hands on what is open as the run was told to, and gives up the chat; what is left waits for whoever opens it next. A run that
 * was told to end does not wait for longer than `limits.leaveMs`.
 */
export async function leave(run: Run, end: RunEnd): Promise<Fate> {
  const { chat, options, open } = run;
  const isDone = end.kind === 'moment' && (run.log().end?.how ?? 'done') === 'done';
  const isViewer = open.session.state() === 'viewing';
  const stops = isDone && !isViewer && options.background === 'exit';
  const stopped = stops ? await stopChildren(open.working.deps, chat.id) : new Set<TaskId>();
  await giveUp(run, end.kind === 'moment');
  const detaches = isDone && !isViewer && options.background === 'detach' && (await hasWork(run));
  if (detaches) await detach(run);
  return { stopped, isHandedOn: detaches || (isViewer && isDone) };
}

async function detach({ program, chat, io }: Run): Promise<void> {
  const { pid, log } = await program.detach(['worker', '--chat', chat.id, '--until-idle']);
  io.err(`legwork: what is open goes on in process ${pid}, which says what it does in ${log}\n`);
}

/** Gives up the chat; unless there is time, after `limits.leaveMs` at the latest. */
export async function giveUp({ open, program, io }: Run, hasTime: boolean): Promise<void> {
  if (hasTime) return open.close();
  // Side by side: a tool of the main lane that does not end must not keep the tasks from being put back.
  const closing = Promise.all([open.working.pool.close(), open.close()]);
  const isInTime = await within(program.base.clock, program.limits.leaveMs, closing);
  if (!isInTime)
    io.err('legwork: some work could not be put back in time; it is taken up when the chat is opened next\n');
}

async function hasWork({ program, chat }: Run): Promise<boolean> {
  if ((await openTasks(program.store, chat.id)).length > 0) return true;
  return (await program.store.pending(chat.id, 'main')).some(row => row.wakes);
}
