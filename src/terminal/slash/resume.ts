import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import { visible } from '../../core/visible.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { clip } from '../width.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';

/** Chats that are listed. */
const listed = 10;

export const resume: SlashCommand = {
  name: 'resume',
  aliases: ['chats'],
  takes: '[<id>]',
  summary: 'goes on in another chat; without an id, lists those of this folder',
  run: (stage, id) => (id === '' ? listChats(stage) : resumeChat(stage, id)),
};

/** AppError `not-found`, or `usage` that lists which it could be. */
export async function resumeChat(stage: Stage, id: string): Promise<void> {
  const chat = await findChat(stage.program.store, id);
  if (chat.id === stage.chatId) return stage.notice('that is the chat that is open');
  stage.leave({ kind: 'chat', chat });
}

async function listChats(stage: Stage): Promise<void> {
  const { program, chatId, story, look } = stage;
  const chats = await program.store.chats({ kind: 'person', cwd: program.workspace, limit: listed + 1 });
  const others = chats.filter(chat => chat.id !== chatId).slice(0, listed);
  if (others.length === 0) return say(stage, 'There is no other chat of this folder.');
  const { columns, glyphs } = look();
  const now = program.base.clock.now();
  story.note(
    others.map(({ id, title, updatedAt }) => {
      const row = `${shortId(id)}  ${relativeTime(updatedAt, now).padEnd(8)}  ${visible(title)}`;
      return `  ${clip(row, columns - 2, glyphs.ellipsis)}`;
    }),
  );
}
