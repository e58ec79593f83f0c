import { type Command, InvalidArgumentError } from 'commander';
import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import { openStatuses, type TaskStatus } from '../../core/task-status.ts';
import { totalTokens } from '../../core/usage.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { Program } from '../../tasks/program.ts';
import { positiveWholeNumber } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { taskJson } from '../json.ts';
import { parseMoment } from '../moment.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { painter, paintStatus, printJson, tableWidth } from '../output.ts';
import { taskStatuses } from '../statuses.ts';
import { type Column, table } from '../table.ts';

type Given = {
  chat?: string;
  status?: readonly TaskStatus[];
  since?: string;
  limit: number;
  all?: boolean;
  json?: boolean;
};

export function listCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'list', 'List tasks, newest first.')
    .option('--chat <id>', 'of this chat only')
    .option('--status <status>', `${taskStatuses.join(', ')}, or open; repeatable`, readStatus)
    .option('--since <time>', 'made since: 2026-11-21, or a span like 2h')
    .option('--limit <n>', 'at most so many', positiveWholeNumber, 100)
    .option('--all', 'no limit')
    .option('--json', 'print an array');
  withExamples(command, [
    ['legwork tasks list --status open', 'what is not finished'],
    ['legwork tasks list --since 2h --status failed', ''],
    ["legwork tasks list --json | jq -r '.[].id'", ''],
  ]).action(async (given: Given) => {
    const program = await context.open();
    const { tasks, isCut } = await find(program, given);
    if (given.json) await printJson(context.io, tasks.map(taskJson));
    else if (tasks.length > 0) await context.io.out(drawn(program, context, tasks));
    else context.io.err('legwork: no tasks\n');
    if (isCut) context.io.err(`legwork: only the newest ${tasks.length}; --all shows all\n`);
  });
}

async function find(program: Program, given: Given): Promise<{ tasks: Task[]; isCut: boolean }> {
  const chat = given.chat === undefined ? undefined : await findChat(program.store, given.chat);
  const since =
    given.since === undefined ? undefined : parseMoment(given.since, '--since', program.base.clock.now(), 'ago');
  const limit = given.all ? undefined : given.limit + 1;
  const filter = { chatId: chat?.id, since, newestFirst: true };
  const isWanted = (task: Task) => given.status === undefined || given.status.includes(task.status);
  // Those that are said to run are looked at one by one: some may be parked by now, whatever was asked for.
  const running = await program.store.tasks({ ...filter, statuses: ['running'] });
  const statuses = (given.status ?? taskStatuses).filter(status => status !== 'running');
  const others = await program.store.tasks({ ...filter, statuses, limit });
  const tasks = [...(await asTheyStand(program, running)).filter(isWanted), ...others]
    .sort(newestFirst)
    .slice(0, limit);
  const isCut = !given.all && tasks.length > given.limit;
  return { tasks: isCut ? tasks.slice(0, given.limit) : tasks, isCut };
}

function newestFirst(a: Task, b: Task): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
}

const columns: readonly Column[] = [
  { title: 'ID' },
  { title: 'STATUS' },
  { title: 'AGENT' },
  { title: 'FROM' },
  { title: 'DESCRIPTION', isWide: true },
  { title: 'CHAT' },
  { title: 'TOKENS', isNumber: true },
  { title: 'CREATED', isNumber: true },
];

function drawn(program: Program, { io }: CommandContext, tasks: readonly Task[]): string {
  const chalk = painter(io, program);
  const now = program.base.clock.now();
  const rows = tasks.map(task => [
    { text: shortId(task.id) },
    { text: task.status, paint: paintStatus(chalk, task.status) },
    { text: task.agentType },
    { text: task.origin },
    { text: task.description },
    { text: shortId(task.chatId) },
    { text: String(totalTokens(task.usage) ?? '') },
    { text: relativeTime(task.createdAt, now) },
  ]);
  return table(columns, rows, tableWidth(io));
}

function readStatus(text: string, before: readonly TaskStatus[] = []): readonly TaskStatus[] {
  if (text === 'open') return [...before, ...openStatuses];
  const status = taskStatuses.find(one => one === text);
  if (!status) throw new InvalidArgumentError(`It must be one of ${taskStatuses.join(', ')}, or open.`);
  return [...before, status];
}
