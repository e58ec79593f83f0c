import { AppError } from '../core/error.ts';
import { type ChatId, isId } from '../core/ids.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';

const seeAll = '`legwork chats list` shows them';

/** The chat that a person names by its id or by the end of it. AppError `not-found`, or `usage` when the end is that of several chats. */
export async function findChat(reader: Reader, name: string): Promise<Chat> {
  const wanted = name.trim().toLowerCase();
  const exact = isId('chat', wanted) ? await reader.chat(wanted) : undefined;
  if (exact) return exact;
  const found = wanted === '' ? [] : (await reader.chats()).filter(chat => chat.id.endsWith(wanted));
  const [first] = found;
  if (!first) throw new AppError('not-found', `there is no chat ${JSON.stringify(name)}; ${seeAll}`);
  if (found.length > 1)
    throw new AppError('usage', `"${name}" is the end of ${found.length} ids: ${idsOf(found)}; give more of it`);
  return first;
}

/** The chat of a person that was last active in a directory. AppError `not-found` when there is none. */
export async function newestChat(reader: Reader, cwd: string): Promise<Chat> {
  const [chat] = await reader.chats({ kind: 'person', cwd, limit: 1 });
  if (!chat)
    throw new AppError(
      'not-found',
      `there is no chat in ${cwd} to go on with; leave out --continue, or name one with --resume (${seeAll})`,
    );
  return chat;
}

function idsOf(chats: readonly Chat[]): string {
  const ids: ChatId[] = chats.slice(0, 5).map(chat => chat.id);
  return `${ids.join(', ')}${chats.length > ids.length ? ' …' : ''}`;
}
