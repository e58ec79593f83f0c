import type { ChatId } from '../core/ids.ts';
import type { TaskDeps } from '../tasks/task-deps.ts';
import { owedTasks } from './moment.ts';
import type { HeadlessOptions } from './options.ts';
import type { RunLog } from './run-log.ts';

/**
 * Whether what waits for the main lane may start a turn now. `steer`: always; `drain`: input at once, notifications when no task is waited for any
 * more; `exit` and `detach`: input only. Nothing does once steps or money are used up: the turn could not take a step.
 */
export function startGate(
  background: HeadlessOptions['background'],
  chatId: ChatId,
  log: () => RunLog,
): (deps: TaskDeps) => Promise<boolean> {
  return async ({ store, clock }) => {
    const how = log().end?.how;
    if (how === 'max-turns' || how === 'budget') return false;
    if (background === 'steer') return true;
    const hasInput = (await store.pending(chatId, 'main')).some(row => row.kind === 'input');
    if (hasInput) return true;
    return background === 'drain' && (await owedTasks(store, chatId, clock.now())).length === 0;
  };
}
