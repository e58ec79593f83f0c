import { AppError } from '../core/error.ts';
import type { ChatId, InboxId } from '../core/ids.ts';
import type { Chat, Task } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { openTasks } from '../tasks/open-chat.ts';
import type { HeadlessOptions } from './options.ts';
import type { RunLog } from './run-log.ts';

/** `quiet`: nothing is owed. `broken`: a turn ended otherwise than done; whether anything goes on is for the run to say. */
export type Moment = 'quiet' | 'broken';

export type Watched = {
  readonly reader: Reader;
  readonly chatId: ChatId;
  readonly now: () => number;
  readonly background: HeadlessOptions['background'];
  readonly log: () => RunLog;
  /** Input of this run. */
  readonly sent: () => readonly InboxId[];
  /** Ends of turns up to this entry have been told of. */
  readonly toldThrough: () => number;
};

/**
 * Where the chat stands, or undefined while something is owed: an open turn, input or notifications that start one, and, unless the run does
 * not wait for them, tasks. What is read is of one state of the log: an entry in between means undefined.
 * AppError `not-found` when the chat is no more.
 */
export async function momentOf(watched: Watched): Promise<Moment | undefined> {
  const { reader, chatId, background } = watched;
  await chatNow(watched);
  const { seq, hasOpenTurn, end, taken } = watched.log();
  if (hasOpenTurn || watched.sent().some(id => !taken.has(id))) return undefined;
  if (end && end.how !== 'done' && end.seq > watched.toldThrough()) return 'broken';
  const waitsForTasks = background === 'steer' || background === 'drain';
  if (waitsForTasks && (await owedTasks(reader, chatId, watched.now())).length > 0) return undefined;
  const rows = await reader.pending(chatId, 'main');
  if (rows.some(row => row.wakes && (waitsForTasks || row.kind === 'input'))) return undefined;
  return (await chatNow(watched)).lastSeq === seq ? 'quiet' : undefined;
}

async function chatNow({ reader, chatId }: Watched): Promise<Chat> {
  const chat = await reader.chat(chatId);
  if (!chat) throw new AppError('not-found', `chat ${chatId} was deleted while it was at work`);
  return chat;
}

/** Open tasks that a run waits for: not those that are due at a later time. */
export async function owedTasks(reader: Reader, chatId: ChatId, now: number): Promise<Task[]> {
  const open = await openTasks(reader, chatId);
  return open.filter(task => task.waitReason !== 'due' && (task.notBefore ?? 0) <= now);
}
