import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { findTasks } from '../../tasks/find-task.ts';
import { hasWorker } from '../../tasks/live-workers.ts';
import type { Program } from '../../tasks/program.ts';
import { waitForTask } from '../../tasks/wait-task.ts';
import { seconds } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

/** What `timeout` of the coreutils ends with. */
const timedOut = 124;
type Given = { timeout?: number; json?: boolean };

export function waitCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'wait', 'Wait until tasks have ended, wherever they run.')
    .argument('<id...>', 'tasks to wait for')
    .option('--timeout <seconds>', 'give up after so long, with exit code 124', seconds)
    .option('--json', 'print an array of the tasks');
  command.addHelpText(
    'after',
    '\nExit code: 0 all have completed, 1 one has failed, was stopped or is parked, 124 the time is over.',
  );
  withExamples(command, [
    ['legwork tasks wait 4f7k2m9x 8d2nw5qa && echo both done', ''],
    ['legwork tasks wait "$(legwork tasks add "…" --json | jq -r .id)" --timeout 600', ''],
  ]).action(async (named: string[], given: Given) => {
    const program = await context.open();
    const asked = await asTheyStand(program, await findTasks(program.store, named));
    if (asked.some(isToBeTaken) && !(await hasWorker(program)))
      context.io.err('legwork: nothing runs tasks now; `legwork worker` does\n');
    const isInTime = await waitForAll(program, asked, given.timeout, context.signal);
    const ids = asked.map(task => task.id);
    const tasks = await asTheyStand(program, await findTasks(program.store, ids));
    if (given.json) await printJson(context.io, tasks.map(taskJson));
    else await context.io.out(tasks.map(task => `${shortId(task.id)}  ${task.status}\n`).join(''));
    context.exit(isInTime ? codeOf(tasks) : timedOut);
  });
}

/** Somebody has to take it before it can end. */
function isToBeTaken(task: Task): boolean {
  return task.status === 'queued' || task.parkReason === 'process-gone';
}

function codeOf(tasks: readonly Task[]): number {
  return tasks.every(task => task.status === 'completed') ? 0 : 1;
}

/** False when the time was over before. Rejects with the reason of `signal`. */
async function waitForAll(
  { base }: Program,
  tasks: readonly Task[],
  timeout: number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const time = new AbortController();
  const cancel = timeout === undefined ? () => undefined : base.clock.after(timeout * 1_000, () => time.abort());
  const release = base.store.watchClosely();
  try {
    await Promise.all(tasks.map(task => waitForTask(base, task.id, AbortSignal.any([signal, time.signal]))));
    return true;
  } catch (error) {
    if (time.signal.aborted && !signal.aborted) return false;
    throw error;
  } finally {
    cancel();
    release();
  }
}
