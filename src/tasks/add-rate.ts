import { AppError } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import type { Tx } from '../store/store.ts';
import type { Program } from './program.ts';
import { isFired } from './schedule-facts.ts';

const windowMs = 60_000;

/**
 * At most `limits.tasksPerMinute` tasks of one creator in one chat (those without a chat count together), not counting what agents delegate in
 * their turns and what schedules make by themselves (T30). AppError `conflict` that says when to try again.
 */
export async function checkRate(
  { base, user, limits }: Pick<Program, 'user' | 'limits'> & { readonly base: Pick<Program['base'], 'clock'> },
  tx: Pick<Tx, 'tasks'>,
  chatId: ChatId | undefined,
): Promise<void> {
  const now = base.clock.now();
  const recent = await tx.tasks({ chatId, since: now - windowMs + 1 });
  const counted = recent.filter(
    task =>
      task.creator === user &&
      // What the clock says is still to come was made before it was set back.
      task.createdAt <= now &&
      task.parentCallId === undefined &&
      !isFired(task) &&
      (chatId !== undefined || task.metadata.chat_id === undefined),
  );
  const oldestThatCounts = counted[counted.length - limits.tasksPerMinute];
  if (!oldestThatCounts) return;
  const seconds = Math.max(1, Math.ceil((oldestThatCounts.createdAt + windowMs - now) / 1_000));
  const where = chatId === undefined ? 'without a chat' : `to the chat ${chatId}`;
  throw new AppError(
    'conflict',
    `you have added ${counted.length} tasks ${where} within a minute, and ${limits.tasksPerMinute} are allowed; try again in ${seconds} s, or raise "limits": {"tasks_per_minute": …} in settings.json`,
  );
}
