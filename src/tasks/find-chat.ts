import { AppError } from '../core/error.ts';
import type { Chat } from '../store/rows.ts';
import type { Reader } from '../store/store.ts';
import { idNamed, noneNamed } from './id-named.ts';

/** The chat of an id or of a part of one that only one chat has. AppError `not-found`, or `usage` that lists which it could be. */
export async function findChat(reader: Reader, name: string): Promise<Chat> {
  const like = (part: string, limit: number) => reader.chatsLike(part, limit);
  const chat = await reader.chat(await idNamed('chat', name, like));
  if (!chat) throw noneNamed('chat', name);
  return chat;
}

/** The chat of a person that was last active in a directory. AppError `not-found` when there is none. */
export async function newestChat(reader: Reader, cwd: string): Promise<Chat> {
  const [chat] = await reader.chats({ kind: 'person', cwd, limit: 1 });
  if (!chat)
    throw new AppError(
      'not-found',
      `there is no chat in ${cwd} to go on with; leave out --continue, or name one with --resume (\`legwork chats list\` shows them)`,
    );
  return chat;
}
