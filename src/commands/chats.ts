import type { Command } from 'commander';
import { listChatsCommand } from './chats/list.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';

/** `legwork chats …`. */
export function chatsCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'chats', 'List, read, export, rename and delete chats.');
  for (const add of [listChatsCommand]) add(group, context);
  return withExamples(group, [
    ['legwork chats list', 'newest activity first'],
    ['legwork --resume 4f7k2m9x', 'go on in one'],
  ]);
}
