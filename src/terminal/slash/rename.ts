import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import { nameChat } from '../../tasks/visit.ts';
import type { SlashCommand } from './command.ts';

export const rename: SlashCommand = {
  name: 'rename',
  takes: '<title>',
  summary: 'gives this chat another name',
  async run(stage, rest) {
    const title = oneLine(rest, 80);
    await nameChat(stage.program, stage.chatId, title);
    stage.notice(`this chat is now called "${visible(title)}"`);
  },
};
