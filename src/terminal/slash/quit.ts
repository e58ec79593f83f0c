import type { SlashCommand } from './command.ts';

export const quit: SlashCommand = {
  name: 'quit',
  aliases: ['exit', 'q'],
  takes: '',
  summary: 'leaves, like Ctrl+D',
  run: desk => desk.leave({ kind: 'quit' }),
};
