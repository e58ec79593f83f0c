import type { ChatId, TaskId } from '../core/ids.ts';
import type { Task } from '../store/rows.ts';
import { hasEnded } from '../tasks/lifecycle.ts';
import { openTasks } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { stopTask } from '../tasks/stop-task.ts';
import type { TaskDeps } from '../tasks/task-deps.ts';
import type { TaskEnd } from './result.ts';

export type Fate = {
  /** Tasks that the run itself stopped. */
  readonly stopped: ReadonlySet<TaskId>;
  /** Somebody else goes on with what is open. */
  readonly isHandedOn: boolean;
};

/** Every task of a run and how it ended: those it began with, and those that came since. */
export async function taskEnds(
  program: Pick<Program, 'store' | 'base'>,
  ids: Iterable<TaskId>,
  fate: Fate,
): Promise<TaskEnd[]> {
  const found = await Promise.all([...ids].map(id => program.store.task(id)));
  const tasks = found.flatMap(task => (task && !task.isSilent ? [task] : []));
  return Promise.all(tasks.map(task => endOf(program, task, fate)));
}

async function endOf(
  program: Pick<Program, 'store' | 'base'>,
  task: Task,
  { stopped, isHandedOn }: Fate,
): Promise<TaskEnd> {
  const { usage, toolUses } = await program.store.subtree(task.id);
  const isLater = (task.notBefore ?? 0) > program.base.clock.now() || task.waitReason === 'due';
  const isPutBack = task.status === 'parked' && task.parkReason === 'process-gone';
  return {
    task,
    status: isHandedOn && isPutBack ? 'running' : task.status,
    isCut: stopped.has(task.id) || isStoppedFromOutside(task) || (!hasEnded(task) && !isHandedOn && !isLater),
    outputFile: program.base.transcripts.path(task),
    usage,
    toolUses,
  };
}

function isStoppedFromOutside({ outcome }: Task): boolean {
  return outcome?.kind === 'stopped' && outcome.by === undefined;
}

/** Stops what the main lane of a chat has delegated and is still open, with everything under it. */
export async function stopChildren(deps: TaskDeps, chatId: ChatId): Promise<ReadonlySet<TaskId>> {
  const children = (await openTasks(deps.store, chatId)).filter(task => task.parentLane !== undefined);
  const stopped = new Set<TaskId>();
  await deps.store.write(async tx => {
    stopped.clear();
    for (const { id } of children) {
      const task = await tx.task(id);
      if (!task || hasEnded(task)) continue;
      await stopTask(deps, tx, id, 'the run that it worked for has ended (--background exit)', 'main');
      stopped.add(id);
    }
  });
  return stopped;
}
