import type { Entry } from '../../core/entry.ts';
import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import { visible } from '../../core/visible.ts';
import type { Chat } from '../../store/rows.ts';
import { entryBlock } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { emptyView } from '../../views/chat-view.ts';
import type { Desk } from '../desk.ts';
import { pick } from './pick.ts';
import type { Item, PickerOptions } from './picker.ts';

/** Entries of a chat that its preview reads. */
const previewed = 12;

/** Lets a person choose the chat to go on in: of this folder, or with Tab of all. */
export async function pickChat(desk: Desk, isEverywhere = false): Promise<void> {
  const { program, chatId } = desk;
  const cwd = isEverywhere ? undefined : program.workspace;
  const chats = await program.store.chats({ kind: 'person', cwd, limit: program.limits.chatsOffered });
  const now = program.base.clock.now();
  pick<Chat>(desk, {
    title: isEverywhere ? 'Chats of all folders' : 'Chats of this folder',
    empty: isEverywhere ? 'there is no other chat' : 'there is no other chat of this folder; Tab shows those of all',
    items: chats.filter(chat => chat.id !== chatId).map(chat => itemOf(chat, now, isEverywhere)),
    choose: chat => desk.leave({ kind: 'chat', chat }),
    other: {
      label: isEverywhere ? 'those of this folder' : 'those of all folders',
      act: () => desk.attempt(() => pickChat(desk, !isEverywhere)),
    },
    preview: createPreview(desk),
  });
}

function itemOf(chat: Chat, now: number, withFolder: boolean): Item<Chat> {
  const folder = withFolder ? ` ${visible(chat.cwd)}` : '';
  return {
    value: chat,
    label: visible(chat.title),
    hint: `${shortId(chat.id)} ${relativeTime(chat.updatedAt, now)}${folder}`,
  };
}

/** The last rows of a chat; they are read when it is first looked at. */
function createPreview({ program, attempt, redraw }: Desk): NonNullable<PickerOptions<Chat>['preview']> {
  const known = new Map<Chat['id'], readonly Entry[]>();
  return (chat, look, most) => {
    const entries = known.get(chat.id);
    if (entries) return entries.flatMap(entry => rowsOfEntry(entry, look)).slice(-most);
    known.set(chat.id, []);
    attempt(async () => {
      known.set(chat.id, await program.store.lastEntries(chat.id, previewed, { lane: 'main' }));
      redraw('now');
    });
    return [];
  };
}

function rowsOfEntry(entry: Entry, look: Look): readonly string[] {
  if (entry.type === 'model:answered') return entry.text.trim() === '' ? [] : rowsOf(entry.text.trim(), look.columns);
  return entryBlock(emptyView, entry, look)?.lines ?? [];
}
