import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import type { Task } from '../../store/rows.ts';
import { findTask } from '../../tasks/find-task.ts';
import { hasEnded } from '../../tasks/lifecycle.ts';
import type { Program } from '../../tasks/program.ts';
import { transcriptHead, transcriptLinesOf } from '../../tasks/transcript.ts';
import type { CommandContext } from '../command.ts';
import { followLane } from '../follow.ts';
import { entryJson, taskJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';

type Given = { rebuild?: boolean; json?: boolean; follow?: boolean };

export function transcriptCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'transcript', 'Print the readable story of a task, made from the log.')
    .argument('<id>', 'the task')
    .option('--rebuild', 'write its transcript file anew as well')
    .option('-f, --follow', 'go on until the task has ended')
    .option('--json', 'print an object with the task and all of its entries');
  withExamples(command, [
    ['legwork tasks transcript 4f7k2m9x --follow', ''],
    ['legwork tasks transcript 4f7k2m9x --rebuild > /dev/null', 'make the file good again'],
  ]).action(async (id: string, given: Given) => {
    if (given.json && given.follow)
      throw new AppError(
        'usage',
        '--json prints one object; `legwork tasks log --json --follow` prints lines as they come',
      );
    const program = await context.open();
    const task = await findTask(program.store, id);
    if (given.rebuild) context.io.err(`legwork: written: ${await program.base.transcripts.rebuild(task)}\n`);
    if (given.json) return printJson(context.io, await asJson(program, task));
    await print(program, task, context, given.follow ?? false);
  });
}

async function asJson({ base }: Program, task: Task) {
  const entries = await base.store.entries(task.chatId, { lane: task.id });
  return { task: taskJson(task), output_file: base.transcripts.path(task), entries: entries.map(entryJson) };
}

async function print(program: Program, task: Task, { io, signal }: CommandContext, isLive: boolean): Promise<void> {
  const write = (lines: readonly string[]) => io.out(lines.map(line => `${line}\n`).join(''));
  const isOver = async () => {
    const row = await program.store.task(task.id);
    return row === undefined || hasEnded(row);
  };
  await write(transcriptHead(task));
  await followLane(
    program,
    { chatId: task.chatId, lane: task.id },
    entries => write(entries.flatMap(entry => transcriptLinesOf(task, entry))),
    isLive ? { isOver, signal } : undefined,
  );
}
