import type { Schedule, Task } from '../store/rows.ts';

/** What is wrong with a schedule: its chat is gone, or why its last due time made no task. */
export function problemOf(schedule: Schedule): string | undefined {
  return isStranded(schedule) ? goneMessage(schedule) : schedule.problem;
}

/** The chat that it was given was deleted. */
export function isStranded({ ownsChat, chatId, lostChatId }: Schedule): boolean {
  return !ownsChat && chatId === undefined && lostChatId !== undefined;
}

export function goneMessage({ name, lostChatId }: Schedule): string {
  return `the chat ${lostChatId} that the schedule "${name}" was given was deleted; remove the schedule and add it again, with another --chat or without one`;
}

/** Whether a schedule made it by itself. */
export function isFired({ origin, metadata }: Pick<Task, 'origin' | 'metadata'>): boolean {
  return origin === 'schedule' && metadata.due !== undefined;
}
