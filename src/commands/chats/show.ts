import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import { printable } from '../../core/printable.ts';
import { relativeTime } from '../../core/relative-time.ts';
import type { Chat, Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { Program } from '../../tasks/program.ts';
import { transcriptLines } from '../../tasks/transcript.ts';
import { positiveWholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { chatJson, entryJson, iso, taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, printJson } from '../output.ts';

type Given = { last: number; json?: boolean };

export function showChatCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'show', 'Show a chat: its tasks and the last of its conversation.')
    .argument('<id>', 'id of the chat, or a part of it that no other has')
    .option('--last <n>', 'so many of its newest entries', positiveWholeNumber, 50)
    .option('--json', 'print an object');
  withExamples(command, [
    ['legwork chats show 4f7k2m9x', ''],
    ['legwork chats show 4f7k2m9x --json | jq .tasks', ''],
  ]).action(async (id: string, given: Given) => {
    const program = await context.open();
    const chat = await findChat(program.store, id);
    const entries = await program.store.lastEntries(chat.id, given.last);
    const tasks = await asTheyStand(program, await program.store.tasks({ chatId: chat.id }));
    if (given.json) {
      return printJson(context.io, {
        ...chatJson(chat),
        tasks: tasks.map(taskJson),
        last_entries: entries.map(entryJson),
      });
    }
    const said = entries.filter(entry => entry.lane === 'main').flatMap(transcriptLines);
    await context.io.out(`${head(program, chat, tasks)}${said.length > 0 ? `\n${said.join('\n')}\n` : ''}`);
  });
}

function head(program: Program, chat: Chat, tasks: readonly Task[]): string {
  const now = program.base.clock.now();
  const about = fields([
    ['chat', chat.id],
    ['title', printable(chat.title)],
    ['kind', `${chat.kind} (${chat.userId})`],
    ['directory', printable(chat.cwd)],
    ['created', `${iso(chat.createdAt)} (${relativeTime(chat.createdAt, now)})`],
    ['active', `${iso(chat.updatedAt)} (${relativeTime(chat.updatedAt, now)})`],
    ['entries', String(chat.lastSeq)],
    ['tasks', tasks.length === 0 ? undefined : String(tasks.length)],
  ]);
  return (
    about +
    tasks.map(task => `  ${shortId(task.id)}  ${task.status.padEnd(9)}  ${printable(task.description)}\n`).join('')
  );
}
