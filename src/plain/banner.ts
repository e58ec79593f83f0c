import { shortId } from '../core/ids.ts';
import type { Chat } from '../store/rows.ts';
import type { OpenChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';
import type { Look } from './look.ts';
import { plainRows } from './rich.ts';

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
