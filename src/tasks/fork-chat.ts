import type { Entry, EntryBody } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { ChatId, UserId } from '../core/ids.ts';
import { oneLine } from '../core/text.ts';
import { emptyLane, reduceLane } from '../engine/lane-state.ts';
import type { Chat } from '../store/rows.ts';
import type { BaseDeps } from './working.ts';

export type ForkWanted = {
  readonly from: ChatId;
  readonly user: UserId;
  /** Empty: that of the other chat, marked. */
  readonly title?: string | undefined;
  /** Entries before this one; absent: all. */
  readonly before?: number | undefined;
};

/**
 * A new chat that begins with what was said in another: its main lane. Tasks stay where they are, with whom they report to; what they reported is
 * in the copy. One commit. AppError `not-found` without such a chat.
 */
export async function forkChat(
  { store, ids, clock }: Pick<BaseDeps, 'store' | 'ids' | 'clock'>,
  { from, user, title = '', before }: ForkWanted,
): Promise<Chat> {
  const id = ids('chat');
  return store.write(async tx => {
    const origin = await tx.chat(from);
    if (!origin) throw new AppError('not-found', `there is no chat ${from}`);
    const at = clock.now();
    const named = oneLine(title, 80) || oneLine(`${origin.title} (fork)`, 80);
    const { kind, cwd } = origin;
    await tx.createChat({ id, userId: user, kind, title: named, cwd, createdAt: at, updatedAt: at });
    const entries = await tx.entries(from, { lane: 'main', ...(before === undefined ? {} : { through: before - 1 }) });
    const forkedFrom = { chatId: from, seq: entries.at(-1)?.seq ?? 0 };
    await tx.append(id, 'main', at, [
      { type: 'chat:created', title: named, userId: user, cwd, forkedFrom },
      ...copied(entries),
    ]);
    const chat = await tx.chat(id);
    if (!chat) throw new AppError('store', `the chat ${id} that was just made is not there`);
    return chat;
  });
}

/** A turn that is open there is over here: its calls run there. What people decided of permissions was for that chat. */
function copied(entries: readonly Entry[]): EntryBody[] {
  const { turnId } = entries.reduce(reduceLane, emptyLane);
  const end: EntryBody[] = turnId === undefined ? [] : [{ type: 'turn:ended', turnId, end: 'interrupted' }];
  const isOfThatChat = ({ type }: Entry) =>
    type === 'chat:created' || type === 'policy:changed' || type.startsWith('approval:');
  return [...entries.filter(entry => !isOfThatChat(entry)).map(bodyOf), ...end];
}

function bodyOf({ chatId: _chat, seq: _seq, lane: _lane, at: _at, ...body }: Entry): EntryBody {
  // An entry is its envelope and its body.
  return body as EntryBody;
}
