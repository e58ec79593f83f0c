import { type Command, Option } from 'commander';
import { shortId } from '../../core/ids.ts';
import type { Notify } from '../../store/rows.ts';
import { addTask } from '../../tasks/add-task.ts';
import { findChat } from '../../tasks/find-chat.ts';
import { findTasks } from '../../tasks/find-task.ts';
import { hasWorker } from '../../tasks/live-workers.ts';
import type { Program } from '../../tasks/program.ts';
import { collect, wholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { parseMetadata } from '../metadata.ts';
import { parseMoment } from '../moment.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, printJson } from '../output.ts';

type Given = {
  chat?: string;
  metadata?: readonly string[];
  dependsOn?: readonly string[];
  agent?: string;
  model?: string;
  at?: string;
  priority?: number;
  allowDuplicates?: boolean;
  notify?: Notify;
  permissionMode?: string;
  allow?: readonly string[];
  json?: boolean;
};

export function addTaskCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'add', 'Make a task; whichever program or worker is free runs it.')
    .argument('<instruction...>', 'the whole assignment')
    .option('--chat <id>', 'run in this chat and see its history; without it the task makes a chat of its own')
    .option('--metadata <key=value>', 'kept with the task; repeatable', collect)
    .option('--depends-on <id>', 'do not start before this task has completed; repeatable', collect)
    .option('--agent <type>', 'agent definition; `legwork agents list` shows them (default: general-purpose)')
    .option('--model <handle>', 'wins over the model of the definition')
    .option('--at <time>', 'do not start before: 2026-11-21T08:00, or a span like 15m')
    .option('--priority <n>', 'higher ones first; default 0', wholeNumber)
    .option('--allow-duplicates', 'also when one with this instruction and metadata is not finished')
    .addOption(
      new Option(
        '--notify <how>',
        'what its end does to the chat: start a turn, wait for the next one, nothing',
      ).choices(['wake', 'quiet', 'none']),
    )
    .option('--permission-mode <mode>', 'ask, accept-edits, plan or bypass; what would have to be asked is denied')
    .option('--allow <rule>', 'allow uses of a tool, e.g. "Bash(npm test)"; repeatable', collect)
    .option('--json', 'print the task as JSON');
  withExamples(command, [
    ['legwork tasks add "find dead code in src"', ''],
    ['legwork tasks add "summarize our conversation" --chat 4f7k2m9x --notify wake', ''],
    ['legwork tasks add "fix the tests" --allow "Edit" --allow "Bash(npm test)" --metadata priority=high', ''],
    ['legwork tasks add "report" --depends-on 8d2nw5qa --at 15m --json | jq -r .id', ''],
  ]).action(async (words: string[], given: Given) => {
    const metadata = parseMetadata(given.metadata ?? []);
    const program = await context.open({ permissionMode: given.permissionMode, allow: given.allow });
    const { task, isExisting } = await add(program, words.join(' '), metadata, given);
    if (given.json) return printJson(context.io, { ...taskJson(task), is_existing: isExisting });
    await context.io.out(
      fields([
        ['task', task.id],
        ['status', isExisting ? `${task.status} (existing: one like it is not finished)` : task.status],
        ['chat', given.chat === undefined ? undefined : task.chatId],
      ]),
    );
    if (!(await hasWorker(program)))
      context.io.err(`legwork: nothing runs tasks now; \`legwork worker\` does (this one: ${shortId(task.id)})\n`);
  });
}

async function add(program: Program, instruction: string, metadata: Record<string, string>, given: Given) {
  const now = program.base.clock.now();
  const chat = given.chat === undefined ? undefined : await findChat(program.store, given.chat);
  const dependencies = await findTasks(program.store, given.dependsOn ?? []);
  return addTask(program, {
    instruction,
    metadata,
    dependsOn: dependencies.map(task => task.id),
    allowDuplicates: given.allowDuplicates,
    chatId: chat?.id,
    agent: given.agent,
    model: given.model,
    notBefore: given.at === undefined ? undefined : parseMoment(given.at, '--at', now, 'ahead'),
    priority: given.priority,
    notify: given.notify,
    origin: 'cli',
  });
}
