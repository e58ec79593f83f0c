import { type Command, Option } from 'commander';
import type { Entry } from '../../core/entry.ts';
import type { Chat } from '../../store/rows.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { CommandContext } from '../command.ts';
import { entryJson, iso } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printable } from '../printable.ts';

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
    const asText = given.format === 'jsonl' ? jsonLine : markdown;
    if (given.format === 'markdown') await context.io.out(markdownHead(chat));
    for (let after = 0; ; ) {
      const entries = await program.store.entries(chat.id, { after, limit: page });
      const last = entries.at(-1);
      if (!last) return;
      await context.io.out(entries.map(asText).join(''));
      after = last.seq;
    }
  });
}

function jsonLine(entry: Entry): string {
  return `${JSON.stringify(entryJson(entry))}\n`;
}

function markdownHead(chat: Chat): string {
  return `# ${printable(chat.title)}\n\n${chat.id}, ${iso(chat.createdAt)}, ${printable(chat.cwd)}\n`;
}

/** What people read of a conversation: what was said, what tools were used, and how tasks ended. */
function markdown(entry: Entry): string {
  if (entry.type === 'task:ended') {
    const text = entry.outcome.kind === 'completed' ? entry.outcome.report : entry.outcome.message;
    return `\n## Task ${entry.taskId}: ${entry.outcome.kind}\n\n${printable(text)}\n`;
  }
  if (entry.type === 'task:queued')
    return `\n_Task ${entry.taskId} (${entry.agentType}): ${printable(entry.description)}_\n`;
  if (entry.lane !== 'main') return '';
  if (entry.type === 'user:said') return `\n## You\n\n${printable(entry.text)}\n`;
  if (entry.type === 'model:answered') {
    const tools = entry.calls.map(call => `\n_${call.tool}_\n`).join('');
    return entry.text === '' ? tools : `\n## ${entry.model}\n\n${printable(entry.text)}\n${tools}`;
  }
  return '';
}
