import type { Command } from 'commander';
import type { Entry } from '../../core/entry.ts';
import { printable } from '../../core/printable.ts';
import { findTask } from '../../tasks/find-task.ts';
import { hasEnded } from '../../tasks/lifecycle.ts';
import type { CommandContext } from '../command.ts';
import { followLane } from '../follow.ts';
import { entryJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';

type Given = { follow?: boolean; json?: boolean };

export function logCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'log', 'Print the entries of a task as they stand in the log.')
    .argument('<id>', 'the task')
    .option('-f, --follow', 'go on until the task has ended')
    .option('--json', 'one JSON object a line');
  withExamples(command, [
    ['legwork tasks log 4f7k2m9x --follow', ''],
    ['legwork tasks log 4f7k2m9x --json | jq -c \'select(.type == "tool:started")\'', ''],
  ]).action(async (id: string, given: Given) => {
    const { io, signal } = context;
    const program = await context.open();
    const task = await findTask(program.store, id);
    const asText = given.json ? jsonLine : plainLine;
    const isOver = async () => {
      const row = await program.store.task(task.id);
      return row === undefined || hasEnded(row);
    };
    await followLane(
      program,
      { chatId: task.chatId, lane: task.id },
      entries => io.out(entries.map(asText).join('')),
      given.follow ? { isOver, signal } : undefined,
    );
  });
}

function jsonLine(entry: Entry): string {
  return `${JSON.stringify(entryJson(entry))}\n`;
}

function plainLine(entry: Entry): string {
  const { seq, type, at, data } = entryJson(entry);
  return `${String(seq).padStart(6)}  ${at}  ${type.padEnd(16)}  ${printable(JSON.stringify(data))}\n`;
}
