import { shortId } from '../../core/ids.ts';
import { forkChat } from '../../tasks/fork-chat.ts';
import type { SlashCommand } from './command.ts';

export const fork: SlashCommand = {
  name: 'fork',
  takes: '[<title>]',
  summary: 'goes on in a copy of this conversation; this one and its tasks stay as they are',
  async run(stage, title) {
    const { program, chatId } = stage;
    const chat = await forkChat(program.base, { from: chatId, user: program.user, title });
    stage.notice(`forked: chat ${shortId(chat.id)}`);
    stage.leave({ kind: 'chat', chat });
  },
};
