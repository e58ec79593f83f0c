import { AppError } from '../../../src/core/error.ts';
import type { TaskId } from '../../../src/core/ids.ts';
import { addUsage } from '../../../src/core/usage.ts';
import { type Task, taskSpecSchema } from '../../../src/store/rows.ts';
import type { Tx } from '../../../src/store/store.ts';
import { type Draft, missing, mustBeReadable, mustHaveChat, put, type Run } from './draft.ts';
import { byPlace } from './reader.ts';
import { isHeld, stored, withoutRows, withRow } from './state.ts';

export function taskWriter(
  draft: Draft,
  run: Run,
): Pick<Tx, 'insertTask' | 'patchTask' | 'addTaskUsage' | 'deleteTasks'> {
  return {
    insertTask: (task, dependsOn) =>
      run(() => {
        mustHaveChat(draft, task.chatId);
        refuseTwin(draft, task);
        mustBeReadable(taskSpecSchema().safeParse(task.spec), `spec of task ${task.id}`);
        for (const id of dependsOn) if (!draft.state.tasks.has(id)) throw missing(`task ${id}`);
        put(draft, {
          tasks: withRow(draft.state.tasks, task.id, stored<Task>(task)),
          dependencies: withRow(draft.state.dependencies, task.id, [...dependsOn]),
        });
        draft.effects.touchedTasks = true;
      }),
    patchTask: (id, patch) =>
      run(() => {
        if (patch.spec) mustBeReadable(taskSpecSchema().safeParse(patch.spec), `spec of task ${id}`);
        const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
        if (Object.keys(given).length === 0) return;
        replaceTask(draft, id, task => stored<Task>({ ...task, ...given }));
      }),
    addTaskUsage: (id, { usage, toolUses, steps }) =>
      run(() =>
        replaceTask(draft, id, task => ({
          ...task,
          usage: addUsage(task.usage, usage),
          toolUses: task.toolUses + toolUses,
          steps: task.steps + steps,
        })),
      ),
    deleteTasks: ids => run(() => (ids.length === 0 ? 0 : deleteTasks(draft, ids))),
  };
}

function replaceTask(draft: Draft, id: TaskId, change: (task: Task) => Task): void {
  const task = draft.state.tasks.get(id);
  if (!task) throw missing(`task ${id}`);
  put(draft, { tasks: withRow(draft.state.tasks, id, change(task)) });
  draft.effects.touchedTasks = true;
}

/** The unique indexes: one task per call, one per dedupe key. */
function refuseTwin(draft: Draft, task: Task): void {
  for (const other of draft.state.tasks.values()) {
    const isSameCall =
      task.parentCallId !== undefined &&
      other.parentCallId === task.parentCallId &&
      other.parentLane === task.parentLane &&
      other.chatId === task.chatId;
    const isSameKey = task.dedupeKey !== undefined && other.dedupeKey === task.dedupeKey;
    if (isSameCall || isSameKey || other.id === task.id) throw new AppError('conflict', 'It exists already');
  }
}

export function deleteTasks(draft: Draft, ids: readonly TaskId[]): number {
  const gone = new Set(ids.filter(id => draft.state.tasks.has(id)));
  const dependencies = [...draft.state.dependencies]
    .filter(([id]) => !gone.has(id))
    .map(([id, others]) => [id, others.filter(other => !gone.has(other))] as const);
  put(draft, {
    tasks: withoutRows(draft.state.tasks, (_, id) => gone.has(id)),
    dependencies: new Map(dependencies),
  });
  draft.effects.touchedTasks = true;
  return gone.size;
}

export function claimWriter(draft: Draft, run: Run): Pick<Tx, 'claimTask' | 'fenceTask'> {
  return {
    claimTask: ({ worker, now, chatIds, exceptModels = [] }) =>
      run(() => {
        if (!isHeld(draft.state, worker)) return undefined;
        const isWanted = (task: Task) =>
          (chatIds === undefined || chatIds.includes(task.chatId)) && !exceptModels.includes(task.model);
        const isReady = (task: Task) => {
          if (task.status === 'queued') return (task.notBefore ?? now) <= now;
          const isOrphan =
            task.status === 'running' || (task.status === 'parked' && task.parkReason === 'process-gone');
          return isOrphan && !isHeld(draft.state, task.worker) && task.worker !== worker;
        };
        const [next] = [...draft.state.tasks.values()].filter(task => isReady(task) && isWanted(task)).sort(byPlace);
        if (!next) return undefined;
        replaceTask(draft, next.id, ({ parkReason: _park, waitReason: _wait, ...task }) => ({
          ...task,
          status: 'running',
          attempt: task.attempt + 1,
          worker,
          startedAt: task.startedAt ?? now,
        }));
        return draft.state.tasks.get(next.id);
      }),
    fenceTask: (id, attempt) =>
      run(() => {
        const task = draft.state.tasks.get(id);
        if (task?.status === 'running' && task.attempt === attempt) return;
        throw new AppError('fenced', `Task ${id} is no longer running in attempt ${attempt}`);
      }),
  };
}
