import type { Entry } from '../core/entry.ts';
import type { ChatId } from '../core/ids.ts';
import { oneLine } from '../core/text.ts';
import type { Chat } from '../store/rows.ts';
import { findChat, newestChat } from './find-chat.ts';
import { createChat, type OpenChat } from './open-chat.ts';
import { openWithSchedules } from './open-with-schedules.ts';
import type { Program } from './program.ts';

/** The chat of the command line; undefined for a new one. AppError when the one that was asked for is not there. */
export async function chosenChat(
  program: Program,
  chat: { readonly kind: 'new' | 'newest' } | { readonly kind: 'named'; readonly id: string },
): Promise<Chat | undefined> {
  if (chat.kind === 'named') return findChat(program.store, chat.id);
  return chat.kind === 'newest' ? newestChat(program.store, program.workspace) : undefined;
}

export type Visit = {
  /** Undefined: a new one is made. */
  readonly chat: Chat | undefined;
  readonly title: string;
  readonly model: () => string;
  readonly appendSystemPrompt: string;
  readonly canAsk: boolean;
};

/** Opens a chat for a person at a terminal, a new one when none is given. */
export async function openVisit(program: Program, opening: Visit): Promise<OpenChat> {
  const { base, user, workspace, policy, modeAsked, pid, host } = program;
  const chatId =
    opening.chat?.id ??
    (await createChat(base, { user, cwd: workspace, title: opening.title.trim().split('\n', 1)[0] ?? '' }));
  return openWithSchedules(program, {
    kind: 'interactive',
    pid,
    host,
    chatId,
    user,
    policy,
    modeAsked,
    model: opening.model(),
    modelNow: opening.model,
    extraPrompt: opening.appendSystemPrompt,
    startsOnLate: program.lateNotifications === 'turn',
    canAsk: () => opening.canAsk,
  });
}

/** Names a chat that was opened before anything was said after its first input. */
export async function nameChat({ store, base }: Program, chatId: ChatId, input: string): Promise<void> {
  const title = oneLine(input, 80);
  await store.write(async tx => {
    await tx.renameChat(chatId, title);
    await tx.append(chatId, 'main', base.clock.now(), [{ type: 'chat:renamed', title }]);
  });
}

/** Entries of a chat that was there before: those that are only learned, and the newest, which are shown. */
export async function pastOf(
  program: Program,
  chat: Chat,
  shown: number,
): Promise<{ older: readonly Entry[]; newest: readonly Entry[] }> {
  const entries = await program.store.entries(chat.id, { through: chat.lastSeq });
  const cut = Math.max(0, entries.length - shown);
  return { older: entries.slice(0, cut), newest: entries.slice(cut) };
}
