import { AppError } from '../core/error.ts';
import type { UserId } from '../core/ids.ts';
import type { Chat, Schedule, Task, TaskSpec } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { makeAgentChat } from './agent-chat.ts';
import { orderTask } from './order-task.ts';
import { goneMessage } from './schedule-facts.ts';
import type { BaseDeps } from './working.ts';

export type Run = {
  readonly model: string;
  readonly creator: UserId;
  /** Which due time it is for; absent: a person asked for it. */
  readonly due?: number | undefined;
  /** The first of the due times for which it stands as well. */
  readonly missedSince?: number | undefined;
  /** Hears where it lands, before that is committed. */
  readonly lands?: ((chat: Chat) => void) | undefined;
};

/**
 * Makes the task of one run, in the transaction that takes its due time. It lands in the chat of the runs before and sees them (T19); the first one of a
 * schedule without a chat makes that chat. AppError `conflict` when the chat that it was given is gone, else as `spawnTask`.
 */
export async function makeRun(base: BaseDeps, tx: Tx, schedule: Schedule, run: Run): Promise<Task> {
  const chat = await chatOf(base, tx, schedule);
  run.lands?.(chat);
  await takeBackOldNotices(base, tx, schedule, chat);
  const { spec } = schedule;
  const task = await orderTask(base, tx, {
    id: base.ids('task'),
    chat,
    definition: spec.definition,
    prompt: schedule.prompt,
    model: run.model,
    base: await historyOf(base, tx, schedule, chat),
    policy: spec.policy,
    notify: 'quiet',
    creator: run.creator,
    origin: 'schedule',
    metadata: metadataOf(schedule, chat, run),
  });
  await tx.patchSchedule(schedule.id, {
    chatId: chat.id,
    lostChatId: null,
    lastAt: task.createdAt,
    lastTaskId: task.id,
    problem: null,
  });
  return task;
}

async function chatOf(base: BaseDeps, tx: Tx, schedule: Schedule): Promise<Chat> {
  const { chatId, lostChatId, ownsChat, name, spec } = schedule;
  const chat = chatId && (await tx.chat(chatId));
  if (chat) return chat;
  if (!ownsChat) throw new AppError('conflict', goneMessage(schedule));
  const remark =
    lostChatId &&
    `The chat ${lostChatId}, where earlier runs of the schedule "${name}" stood, was deleted. This one takes its place; what they found is not known here.`;
  return makeAgentChat(base, tx, { title: `Schedule: ${name}`, cwd: spec.cwd, ...(remark ? { remark } : {}) });
}

/** The main lane, then the lanes of the last runs as far as they have come. */
async function historyOf({ limits }: BaseDeps, tx: Tx, schedule: Schedule, chat: Chat): Promise<TaskSpec['base']> {
  const last = schedule.lastTaskId && (await tx.task(schedule.lastTaskId));
  const runs = last?.chatId === chat.id ? [...last.spec.base.map(({ lane }) => lane), last.id] : [];
  const seen = runs.filter(lane => lane !== 'main').slice(-Math.max(1, limits.scheduleRunsSeen));
  const lanes = ['main' as const, ...(limits.scheduleRunsSeen === 0 ? [] : seen)];
  return lanes.map(lane => ({ lane, throughSeq: chat.lastSeq }));
}

function metadataOf({ id, name }: Schedule, chat: Chat, { due, missedSince }: Run): Record<string, string> {
  return {
    schedule: name,
    schedule_id: id,
    chat_id: chat.id,
    ...(due === undefined ? {} : { due: new Date(due).toISOString() }),
    ...(missedSince === undefined ? {} : { missed_since: new Date(missedSince).toISOString() }),
  };
}

/** A chat in which nobody speaks hears of the newest runs when somebody does; the others stand in its log. */
async function takeBackOldNotices({ limits }: BaseDeps, tx: Tx, schedule: Schedule, chat: Chat): Promise<void> {
  const notices = (await tx.pending(chat.id, 'main')).filter(row => row.kind === 'notification');
  if (notices.length < limits.scheduleNotices) return;
  const own = [];
  for (const { id, from } of notices) {
    const task = from === undefined || from === 'main' ? undefined : await tx.task(from);
    if (task?.metadata.schedule_id === schedule.id) own.push(id);
  }
  // One more comes when the run that is made now has ended.
  await tx.removeInbox(own.slice(0, Math.max(0, own.length - limits.scheduleNotices + 1)));
}
