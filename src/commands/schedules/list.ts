import type { Command } from 'commander';
import { shortId } from '../../core/ids.ts';
import { relativeTime } from '../../core/relative-time.ts';
import type { Schedule } from '../../store/rows.ts';
import type { Program } from '../../tasks/program.ts';
import { problemOf } from '../../tasks/schedule-facts.ts';
import type { CommandContext } from '../command.ts';
import { scheduleJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { painter, printJson, tableWidth } from '../output.ts';
import { type Column, table } from '../table.ts';

export function listSchedulesCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'list', 'List schedules, oldest first.').option('--json', 'print an array');
  withExamples(command, [
    ['legwork schedules list', ''],
    ["legwork schedules list --json | jq -r '.[] | select(.problem != null) | .name'", 'what is in trouble'],
  ]).action(async (given: { json?: boolean }) => {
    const program = await context.open();
    const schedules = await program.store.schedules();
    if (given.json) return printJson(context.io, schedules.map(scheduleJson));
    if (schedules.length === 0) return context.io.err('legwork: no schedules\n');
    await context.io.out(drawn(program, context, schedules));
  });
}

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'STATUS' },
  { title: 'WHEN' },
  { title: 'PROMPT', isWide: true },
  { title: 'CHAT' },
  { title: 'LAST', isNumber: true },
  { title: 'NEXT', isNumber: true },
];

function drawn(program: Program, { io }: CommandContext, schedules: readonly Schedule[]): string {
  const chalk = painter(io, program);
  const now = program.base.clock.now();
  const moment = (at: number | undefined) => (at === undefined ? '' : relativeTime(at, now));
  const rows = schedules.map(schedule => [
    { text: schedule.name },
    statusOf(schedule, chalk),
    { text: schedule.when },
    { text: schedule.prompt },
    { text: schedule.chatId === undefined ? '' : shortId(schedule.chatId) },
    { text: moment(schedule.lastAt) },
    { text: moment(schedule.nextAt) },
  ]);
  return table(columns, rows, tableWidth(io));
}

function statusOf(schedule: Schedule, chalk: ReturnType<typeof painter>) {
  const problem = problemOf(schedule);
  const text = `${schedule.isEnabled ? 'enabled' : 'disabled'}${problem === undefined ? '' : ', trouble'}`;
  if (problem !== undefined) return { text, paint: chalk.red };
  return { text, paint: schedule.isEnabled ? chalk.green : chalk.yellow };
}
