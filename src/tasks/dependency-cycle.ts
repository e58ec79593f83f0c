import { AppError } from '../core/error.ts';
import type { LaneId, TaskId } from '../core/ids.ts';
import { openStatuses } from '../core/task-status.ts';
import type { Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { hasEnded } from './lifecycle.ts';
import { isPutAside } from './tell-parked.ts';

/**
 * Refuses dependencies that could never be met: a new task that waits, directly or through others and those that work for them, for one of those
 * on whose behalf it is made. They cannot end before it, and it could not begin before they have. AppError `bad-input` that names the way round.
 */
export async function refuseCycle(reader: Reader, owner: LaneId, dependsOn: readonly TaskId[]): Promise<void> {
  const ancestors = await lineOf(reader, owner);
  if (ancestors.size === 0) return;
  const seen = new Set<TaskId>();
  const walk = async (id: TaskId, way: readonly TaskId[]): Promise<void> => {
    if (ancestors.has(id)) {
      const round = ['the new task', ...way, id].join(' → ');
      throw new AppError('bad-input', `the dependencies are cyclic: ${round}, which waits for the new task itself`);
    }
    if (seen.has(id)) return;
    seen.add(id);
    for (const next of await awaitedBy(reader, id)) await walk(next, [...way, id]);
  };
  for (const id of dependsOn) await walk(id, []);
}

/** What a task cannot end before: what it depends on, and what works for it (S21). */
async function awaitedBy(reader: Reader, id: TaskId): Promise<TaskId[]> {
  const task = await reader.task(id);
  if (!task || hasEnded(task)) return [];
  const children = await reader.tasks({ chatId: task.chatId, parentLane: id, statuses: openStatuses });
  return [...(await reader.dependencies(id)), ...children.filter(isAwaited).map(child => child.id)];
}

function isAwaited(child: Task): boolean {
  return !isPutAside(child) && (!child.isBackground || (!child.isSilent && child.notify === 'wake'));
}

/** A task's lane and the tasks above it. */
async function lineOf(reader: Reader, lane: LaneId): Promise<Set<TaskId>> {
  const line = new Set<TaskId>();
  for (let at: LaneId | undefined = lane; at !== undefined && at !== 'main' && !line.has(at); ) {
    line.add(at);
    at = (await reader.task(at))?.parentLane;
  }
  return line;
}
