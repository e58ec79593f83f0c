import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import { printable } from '../../core/printable.ts';
import { relativeTime } from '../../core/relative-time.ts';
import type { Schedule, Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { dueTimesOf } from '../../tasks/due-times.ts';
import type { Program } from '../../tasks/program.ts';
import { problemOf } from '../../tasks/schedule-facts.ts';
import type { CommandContext } from '../command.ts';
import { iso, type ScheduleDetails, scheduleDetailsJson } from '../json.ts';
import { momentIn } from '../moment-in.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, painter, paintStatus, printJson, tableWidth } from '../output.ts';
import { type Column, table } from '../table.ts';
import { findSchedule } from './find.ts';

const shownTimes = 5;
const shownRuns = 10;
/** Newest tasks of its chat that are looked through for its runs. */
const lookedThrough = 500;

export function showScheduleCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'show', 'Show one schedule: its next times, its last runs, what is wrong with it.')
    .argument('<name>', 'name or id of the schedule')
    .option('--json', 'print an object');
  withExamples(command, [
    ['legwork schedules show news', ''],
    ["legwork schedules show news --json | jq -r '.runs[].status'", ''],
  ]).action(async (name: string, given: { json?: boolean }) => {
    const program = await context.open();
    const schedule = await findSchedule(program.store, name);
    const details = { dues: await duesOf(schedule), runs: await runsOf(program, schedule) };
    if (given.json) return printJson(context.io, scheduleDetailsJson(schedule, details));
    await context.io.out(drawn(program, context, schedule, details));
  });
}

async function duesOf({ when, timeZone, nextAt, isEnabled }: Schedule): Promise<number[]> {
  if (!isEnabled || nextAt === undefined) return [];
  const times = await dueTimesOf(when, timeZone, nextAt);
  const dues = [nextAt];
  for (let at = times.after(nextAt); at !== undefined && dues.length < shownTimes; at = times.after(at)) dues.push(at);
  return dues;
}

async function runsOf(program: Program, { id, chatId }: Schedule): Promise<Task[]> {
  if (chatId === undefined) return [];
  const tasks = await program.store.tasks({ chatId, parentLane: 'main', newestFirst: true, limit: lookedThrough });
  return asTheyStand(program, tasks.filter(task => task.metadata.schedule_id === id).slice(0, shownRuns));
}

function drawn(program: Program, context: CommandContext, schedule: Schedule, details: ScheduleDetails): string {
  const now = program.base.clock.now();
  const { spec, timeZone, nextAt, lastAt } = schedule;
  const problem = problemOf(schedule);
  const local = (at: number) => `${momentIn(at, timeZone)} (${relativeTime(at, now)})`;
  const head = fields([
    ['schedule', printable(schedule.name)],
    ['id', schedule.id],
    ['status', schedule.isEnabled ? 'enabled' : 'disabled'],
    ['problem', problem === undefined ? undefined : printable(problem)],
    ['when', `${printable(schedule.when)}, ${timeZone}`],
    ['catch up', schedule.catchUp],
    ['next', nextAt === undefined ? undefined : local(nextAt)],
    [
      'then',
      details.dues.length < 2
        ? undefined
        : details.dues
            .slice(1)
            .map(at => momentIn(at, timeZone))
            .join(', '),
    ],
    ['last', lastAt === undefined ? undefined : local(lastAt)],
    ['chat', schedule.chatId ?? (schedule.ownsChat ? 'its own, made with the next run' : undefined)],
    ['directory', printable(spec.cwd)],
    ['agent', spec.definition.name],
    ['model', spec.model ?? 'that of the program which fires it'],
    ['permissions', spec.definition.permissionMode ?? spec.policy.mode],
    ['created', `${iso(schedule.createdAt)} (${relativeTime(schedule.createdAt, now)}) by ${schedule.creator}`],
  ]);
  const chalk = painter(context.io, program);
  const runs = details.runs.length === 0 ? '' : `\n${runsTable(context, details.runs, chalk, now)}`;
  return `${head}\n${chalk.bold('Prompt')}\n${printable(schedule.prompt)}\n${runs}`;
}

const columns: readonly Column[] = [
  { title: 'RUN' },
  { title: 'STATUS' },
  { title: 'DUE' },
  { title: 'OUTCOME', isWide: true },
  { title: 'CREATED', isNumber: true },
];

function runsTable({ io }: CommandContext, runs: readonly Task[], chalk: ReturnType<typeof painter>, now: number) {
  const rows = runs.map(task => [
    { text: shortId(task.id) },
    { text: task.status, paint: paintStatus(chalk, task.status) },
    { text: task.metadata.due ?? 'asked for' },
    { text: outcomeOf(task) },
    { text: relativeTime(task.createdAt, now) },
  ]);
  return table(columns, rows, tableWidth(io));
}

function outcomeOf({ outcome }: Task): string {
  if (outcome === undefined) return '';
  return (outcome.kind === 'completed' ? outcome.report : outcome.message).split('\n', 1)[0] ?? '';
}
