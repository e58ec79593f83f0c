import { type Command, Option } from 'commander';
import type { Entry } from '../../core/entry.ts';
import { chatAsMarkdown } from '../../tasks/chat-as-markdown.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { CommandContext } from '../command.ts';
import { entryJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';

/** Entries that are read at a time, so that a chat of any length takes little memory. */
const page = 1_000;

export function exportChatCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'export',
    'Print a whole chat: every entry as a JSON line, or the conversation as Markdown.',
  )
    .argument('<id>', 'the chat')
    .addOption(new Option('--format <format>', 'jsonl has everything').choices(['jsonl', 'markdown']).default('jsonl'));
  withExamples(command, [
    ['legwork chats export 4f7k2m9x > chat.jsonl', ''],
    ['legwork chats export 4f7k2m9x --format markdown > chat.md', ''],
  ]).action(async (id: string, given: { format: 'jsonl' | 'markdown' }) => {
    const program = await context.open();
    const chat = await findChat(program.store, id);
    if (given.format === 'markdown') {
      for await (const piece of chatAsMarkdown(program.store, chat)) await context.io.out(piece);
      return;
    }
    for (let after = 0; ; ) {
      const entries = await program.store.entries(chat.id, { after, limit: page });
      const last = entries.at(-1);
      if (!last) return;
      await context.io.out(entries.map(jsonLine).join(''));
      after = last.seq;
    }
  });
}

function jsonLine(entry: Entry): string {
  return `${JSON.stringify(entryJson(entry))}\n`;
}
