import type { Command } from 'commander';
import { deleteChatCommand } from './chats/delete.ts';
import { exportChatCommand } from './chats/export.ts';
import { listChatsCommand } from './chats/list.ts';
import { renameChatCommand } from './chats/rename.ts';
import { showChatCommand } from './chats/show.ts';
import type { CommandContext } from './command.ts';
import { newCommand, withExamples } from './new-command.ts';

/** `legwork chats …`. */
export function chatsCommand(context: CommandContext): Command {
  const group = newCommand(context.io, 'chats', 'List, read, export, rename and delete chats.');
  for (const add of [listChatsCommand, showChatCommand, exportChatCommand, renameChatCommand, deleteChatCommand])
    add(group, context);
  return withExamples(group, [
    ['legwork chats list', 'newest activity first'],
    ['legwork --resume 4f7k2m9x', 'go on in one'],
  ]);
}
