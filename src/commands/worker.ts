import type { Command } from 'commander';
import type { ChatId } from '../core/ids.ts';
import { shortId } from '../core/ids.ts';
import type { Io } from '../core/ports.ts';
import { within } from '../core/within.ts';
import { waitFor } from '../engine/wait-for.ts';
import type { Change } from '../store/store.ts';
import { findChat } from '../tasks/find-chat.ts';
import { sightOf } from '../tasks/live-workers.ts';
import type { Program } from '../tasks/program.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';
import { fires, startScheduler } from '../tasks/scheduler.ts';
import { survey } from '../tasks/survey.ts';
import { startWorking } from '../tasks/working.ts';
import { collect, positiveWholeNumber } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';

type Given = { chat?: readonly string[]; untilIdle?: boolean; concurrency?: number; quiet?: boolean };

/** `legwork worker`: a process that takes tasks and runs them until it is told to end. */
export function workerCommand(context: CommandContext): Command {
  const command = newCommand(
    context.io,
    'worker',
    'Take tasks and run them, and fire schedules, until a signal ends it. What runs then is put back, and goes on elsewhere.',
  )
    .option('--chat <id>', 'take only tasks of this chat, and fire only its schedules; repeatable', collect)
    .option('--until-idle', 'end when there is nothing to do now')
    .option('--concurrency <n>', 'run at most so many at a time', positiveWholeNumber)
    .option('-q, --quiet', 'do not say what starts and ends');
  return withExamples(command, [
    ['legwork worker', 'tasks of all chats'],
    ['legwork worker --until-idle --concurrency 4', 'for cron and CI'],
  ]).action(async (given: Given) => {
    const program = await context.open();
    const chatIds: ChatId[] = [];
    for (const text of given.chat ?? []) chatIds.push((await findChat(program.store, text)).id);
    await work(program, context, given, given.chat === undefined ? undefined : chatIds);
  });
}

async function work(
  program: Program,
  { io, signal }: CommandContext,
  given: Given,
  chatIds: readonly ChatId[] | undefined,
): Promise<void> {
  const { base, pid, host } = program;
  const runningTasks = given.concurrency ?? base.limits.runningTasks;
  const deps = { ...base, limits: { ...base.limits, runningTasks } };
  const found = await survey(base.store, { sight: sightOf(program), chatIds, canAsk: false });
  const working = await startWorking(deps, { kind: 'worker', pid, host, chatIds: () => chatIds, canAsk: () => false });
  const scheduler = startScheduler(program, { chatIds: () => chatIds });
  program.onTrouble(message => io.err(`legwork: ${message}\n`));
  const off = given.quiet ? () => undefined : base.store.onChange(atMost(base.limits.workerLogLines, io.err));
  if (!given.quiet)
    io.err(`legwork: ${working.worker()} takes tasks of ${chatIds === undefined ? 'all chats' : chatIds.join(', ')}\n`);
  if (!given.quiet && found) io.err(`legwork: ${recoveryLine(found)}\n`);
  try {
    await waitFor(base, signal, async () => (given.untilIdle && (await isIdle(program, chatIds)) ? true : undefined));
  } catch (error) {
    // A signal is how a worker ends.
    if (!signal.aborted) throw error;
  } finally {
    off();
    const closed = scheduler.close().then(working.close);
    await giveUp(program, closed, signal.aborted, io);
  }
}

/** Puts back what runs. A worker that was told to end does not wait for longer than `limits.leaveMs`. */
async function giveUp({ base }: Program, closed: Promise<void>, isHurried: boolean, io: Io): Promise<void> {
  if (!isHurried) return closed;
  if (!(await within(base.clock, base.limits.leaveMs, closed)))
    io.err('legwork: some tasks could not be put back in time; they are taken up by whoever runs tasks next\n');
}

/** Whether nothing runs, by whomever, and nothing could be started now. What waits, for a time, a dependency or a person, does not count. */
async function isIdle({ store, base }: Program, chatIds: readonly ChatId[] | undefined): Promise<boolean> {
  const now = base.clock.now();
  const due = (await store.schedulesDue(now)).filter(schedule => fires(schedule, chatIds));
  if (due.some(({ nextAt }) => nextAt !== undefined && nextAt <= now)) return false;
  const open = await store.tasks({ statuses: ['queued', 'running', 'parked'] });
  return !open.some(
    task =>
      (chatIds === undefined || chatIds.includes(task.chatId)) &&
      (task.status === 'running' ||
        (task.status === 'queued' && (task.notBefore ?? 0) <= now) ||
        task.parkReason === 'process-gone'),
  );
}

/** Says what changes, up to so many lines: they may go to a file. */
export function atMost(lines: number, say: (text: string) => void): (change: Change) => void {
  let left = lines;
  return change => {
    const text = linesOf(change);
    if (text === '' || left < 0) return;
    left -= text.split('\n').length - 1;
    say(left < 0 ? '… what follows is not told here any more\n' : text);
  };
}

/** What this process started and ended, a line each. */
function linesOf(change: Change): string {
  if (change.kind === 'elsewhere') return '';
  return change.entries
    .flatMap(entry => {
      if (entry.type === 'task:started')
        return `${shortId(entry.taskId)}  started${entry.attempt > 1 ? ` (attempt ${entry.attempt})` : ''}\n`;
      return entry.type === 'task:ended' ? `${shortId(entry.taskId)}  ${entry.outcome.kind}\n` : [];
    })
    .join('');
}
