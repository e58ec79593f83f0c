import { startDeadline } from '../core/deadline.ts';
import { isFault, messageOf } from '../core/error.ts';
import { type EndReason, endReasonOf } from '../engine/lane-work.ts';
import type { Task } from '../store/rows.ts';
import { endTask } from './end-task.ts';
import { putBack } from './put-back.ts';
import { runAttempt } from './run-attempt.ts';
import type { TaskDeps } from './task-deps.ts';

/** Runs one attempt to its end, whatever happens in it. `count` hears +1 and -1 as calls of the task begin and end to wait for other tasks. */
export async function runClaimed(
  deps: TaskDeps,
  task: Task,
  controller: AbortController,
  count: (change: 1 | -1) => void,
): Promise<void> {
  const message = `timed out after ${Math.round(task.spec.timeoutMs / 1000)} s`;
  const cancel = startDeadline(deps.clock, task.spec.timeoutMs, () =>
    controller.abort({ kind: 'timeout', message } satisfies EndReason),
  );
  const hooks = {
    async whileWaiting<T>(wait: () => Promise<T>): Promise<T> {
      count(1);
      try {
        return await wait();
      } finally {
        count(-1);
      }
    },
  };
  try {
    await runAttempt(deps, task, controller.signal, hooks);
  } catch (error) {
    await onRunError(deps, task, error, controller.signal);
  } finally {
    cancel();
  }
}

/**
 * The edge of a worker's run. A fenced run just ends. A store that cannot be written leaves the turn open, and the task is put back as soon as
 * it can be. Anything else that was thrown is the end of the task, said in its own words.
 */
async function onRunError(deps: TaskDeps, task: Task, error: unknown, signal: AbortSignal): Promise<void> {
  if (isFault(error, 'fenced')) return deps.log.info('a run was fenced', { task: task.id, attempt: task.attempt });
  const message = messageOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  deps.log.error('a run broke', { task: task.id, error: message, stack });
  const reason = isFault(error) ? error.fault : 'bug';
  const settle = async () => {
    if (isFault(error, 'store')) return backOff(deps, task, signal).then(() => putBack(deps, [task], message));
    await deps.store.write(tx => endTask(deps, tx, task.id, task.attempt, { kind: 'failed', reason, message }));
  };
  await untilStored(deps, task, signal, settle);
}

/** Each attempt may have asked a model before its answer could not be stored: the next one comes later and later. */
async function backOff(deps: TaskDeps, task: Task, signal: AbortSignal): Promise<void> {
  const { recheckMs, storeBackoffMaxMs } = deps.limits;
  const ms = Math.min(storeBackoffMaxMs, recheckMs * 2 ** Math.min(task.attempt - 1, 10));
  await deps.clock.sleep(ms, { signal }).catch(() => undefined);
}

/** Tries again while the store fails; gives up when the program leaves: then the task is taken up with the lease of this process. */
async function untilStored(deps: TaskDeps, task: Task, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFault(error, 'store')) throw error;
      deps.log.error('the store cannot be written; trying again', { task: task.id, error: messageOf(error) });
      if (signal.aborted && endReasonOf(signal).kind === 'close') return;
      await deps.clock.sleep(deps.limits.recheckMs);
    }
  }
}
