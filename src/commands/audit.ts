import type { ChatId, TaskId } from '../core/ids.ts';
import type { Tx } from '../store/store.ts';
import type { Program } from '../tasks/program.ts';

/** Writes down what a person did on the command line, in the transaction that does it (T31). */
export function audit(
  program: Pick<Program, 'user' | 'base'>,
  tx: Tx,
  what: string,
  about: { readonly taskId?: TaskId; readonly chatId?: ChatId; readonly detail?: string },
): Promise<void> {
  return tx.addAudit({ at: program.base.clock.now(), who: program.user, what, from: 'cli', ...about });
}
