import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { shortId } from '../../core/ids.ts';
import { oneLine } from '../../core/text.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { audit } from '../audit.ts';
import type { CommandContext } from '../command.ts';
import { addCommand, withExamples } from '../new-command.ts';

export function renameChatCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'rename', 'Give a chat another title.')
    .argument('<id>', 'the chat')
    .argument('<title...>', 'its new title');
  withExamples(command, [['legwork chats rename 4f7k2m9x "Release notes"', '']]).action(
    async (id: string, words: string[]) => {
      const title = oneLine(words.join(' '), 80);
      if (title === '') throw new AppError('usage', 'the title is blank');
      const program = await context.open();
      const chat = await findChat(program.store, id);
      const at = program.base.clock.now();
      await program.store.write(async tx => {
        await tx.renameChat(chat.id, title);
        await tx.append(chat.id, 'main', at, [{ type: 'chat:renamed', title }]);
        await audit(program, tx, 'chat:renamed', { chatId: chat.id });
      });
      await context.io.out(`${shortId(chat.id)}  ${title}\n`);
    },
  );
}
