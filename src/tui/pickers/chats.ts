import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import { visible } from '../../core/visible.ts';
import type { Chat } from '../../store/rows.ts';
import { entryBlock } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { emptyView } from '../../views/chat-view.ts';
import type { Desk } from '../desk.ts';
import { createPicker } from './picker.ts';

/** Chats that a picker offers, and the entries of one that its preview reads. */
const offered = 500;
const previewed = 12;

/** Lets a person choose the chat to go on in: of this folder, or with Tab of all. */
export async function pickChat(desk: Desk, isEverywhere = false): Promise<void> {
  const { program, chatId } = desk;
  const cwd = isEverywhere ? undefined : program.workspace;
  const chats = await program.store.chats({ kind: 'person', cwd, limit: offered });
  const others = chats.filter(chat => chat.id !== chatId);
  const previews = new Map<string, readonly string[]>();
  const close = desk.panes.open(
    createPicker<Chat>({
      title: isEverywhere ? 'Chats of all folders' : 'Chats of this folder',
      empty: isEverywhere ? 'there is no other chat' : 'there is no other chat of this folder; Tab shows those of all',
      items: others.map(chat => ({
        value: chat,
        label: visible(chat.title),
        hint: hintOf(chat, program.base.clock.now(), isEverywhere),
      })),
      choose(chat) {
        close();
        desk.leave({ kind: 'chat', chat });
      },
      cancel: () => close(),
      other() {
        close();
        desk.attempt(() => pickChat(desk, !isEverywhere));
      },
      redraw: () => desk.redraw('now'),
      preview(chat, look) {
        const known = previews.get(chat.id);
        if (known) return known;
        previews.set(chat.id, []);
        desk.attempt(async () => {
          previews.set(chat.id, await lastRows(desk, chat, look));
          desk.redraw('now');
        });
        return [];
      },
    }),
  );
}

function hintOf(chat: Chat, now: number, withFolder: boolean): string {
  const folder = withFolder ? ` ${visible(chat.cwd)}` : '';
  return `${shortId(chat.id)} ${relativeTime(chat.updatedAt, now)}${folder}`;
}

async function lastRows({ program }: Desk, chat: Chat, look: Look): Promise<readonly string[]> {
  const entries = await program.store.lastEntries(chat.id, previewed, { lane: 'main' });
  return entries.flatMap(entry => {
    if (entry.type === 'model:answered') return rowsOf(entry.text.trim(), look.columns);
    return entryBlock(emptyView, entry, look)?.lines ?? [];
  });
}
