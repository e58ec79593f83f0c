import type { SlashCommand } from './command.ts';

export const newChat: SlashCommand = {
  name: 'new',
  aliases: ['clear'],
  takes: '',
  summary: 'begins another chat; this one stays',
  run: stage => stage.leave({ kind: 'chat', chat: undefined }),
};
