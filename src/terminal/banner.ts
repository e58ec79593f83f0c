import { shortId } from '../core/ids.ts';
import type { OpenChat } from '../tasks/open-chat.ts';
import type { Program } from '../tasks/program.ts';
import { recoveryLine } from '../tasks/recovery-line.ts';
import type { Look } from './look.ts';
import { rowsOf } from './rows.ts';

/** What others had left in the chat, in one line; nothing when they had left nothing. */
export function foundLines({ found }: Pick<OpenChat, 'found'>, look: Look): string[] {
  if (!found) return [];
  const rows = rowsOf(recoveryLine(found), look.columns - 2);
  return rows.map((row, index) => `${index === 0 ? look.style('warning', look.glyphs.recovered) : ' '} ${row}`);
}

/** First lines of a chat: what this is, which model answers and why that one, which chat, what it may do. */
export function bannerLines(
  program: Pick<Program, 'version'>,
  model: { readonly handle: string; readonly why: string },
  { chat, policy }: Pick<OpenChat, 'chat' | 'policy'>,
  look: Look,
): string[] {
  const { style, glyphs } = look;
  const facts = [`chat ${shortId(chat.id)}`, `mode ${policy.policy.mode}`];
  return [
    `${style('strong', 'Legwork')} ${program.version} ${style('dim', `${glyphs.separator} ${facts.join(` ${glyphs.separator} `)}`)}`,
    ...rowsOf(`Model ${model.handle} (${model.why})`, look.columns).map(row => style('dim', row)),
  ];
}
