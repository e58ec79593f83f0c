import type { Entry } from '../core/entry.ts';
import { type ChatId, shortId } from '../core/ids.ts';
import { oneLine } from '../core/text.ts';
import type { Chat } from '../store/rows.ts';
import { findChat, newestChat } from '../tasks/find-chat.ts';
import { createChat, type OpenChat, openChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';
import type { Look } from './look.ts';
import { plainRows } from './rich.ts';

/** The chat of the command line; undefined for a new one. AppError when the one that was asked for is not there. */
export async function chosenChat(
  program: Program,
  chat: { readonly kind: 'new' | 'newest' } | { readonly kind: 'named'; readonly id: string },
): Promise<Chat | undefined> {
  if (chat.kind === 'named') return findChat(program.store, chat.id);
  return chat.kind === 'newest' ? newestChat(program.store, program.workspace) : undefined;
}

export type Opening = {
  /** Undefined: a new one is made. */
  readonly chat: Chat | undefined;
  readonly title: string;
  readonly model: () => string;
  readonly appendSystemPrompt: string;
  readonly canAsk: boolean;
};

export async function open(program: Program, opening: Opening): Promise<OpenChat> {
  const { base, user, workspace, policy, pid, host } = program;
  const chatId =
    opening.chat?.id ??
    (await createChat(base, { user, cwd: workspace, title: opening.title.trim().split('\n', 1)[0] ?? '' }));
  return openChat(base, {
    kind: 'interactive',
    pid,
    host,
    chatId,
    user,
    policy,
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

/** What others had left in the chat, in one line; nothing when they had left nothing. */
export function foundLines({ found }: Pick<OpenChat, 'found'>, look: Look): string[] {
  if (!found) return [];
  const rows = plainRows(recoveryLine(found), { ...look, columns: look.columns - 2 });
  return rows.map((row, index) => `${index === 0 ? look.paint.yellow('↻') : ' '} ${row}`);
}

/** First lines of a chat: what this is, which model answers and why that one, which chat, what it may do. */
export function bannerLines(
  program: Pick<Program, 'version' | 'policy'>,
  model: { readonly handle: string; readonly why: string },
  chat: Pick<Chat, 'id'>,
  look: Look,
): string[] {
  const { paint } = look;
  const facts = [`chat ${shortId(chat.id)}`, `mode ${program.policy.mode}`];
  return [
    `${paint.bold('Legwork')} ${program.version} ${paint.dim(`· ${facts.join(' · ')}`)}`,
    ...plainRows(`Model ${model.handle} (${model.why})`, look).map(row => paint.dim(row)),
  ];
}
