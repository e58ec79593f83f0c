import { type Command, Option } from 'commander';
import { printable } from '../../core/printable.ts';
import type { Schedule } from '../../store/rows.ts';
import { addSchedule } from '../../tasks/add-schedule.ts';
import { findChat } from '../../tasks/find-chat.ts';
import type { Program } from '../../tasks/program.ts';
import { collect } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { scheduleJson } from '../json.ts';
import { momentIn } from '../moment-in.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { fields, printJson } from '../output.ts';
import { warnWithoutFirer } from './firer.ts';

type Given = {
  chat?: string;
  agent?: string;
  model?: string;
  catchUp?: Schedule['catchUp'];
  timeZone?: string;
  permissionMode?: string;
  allow?: readonly string[];
  json?: boolean;
};

export function addScheduleCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'add', 'Make a schedule. Its runs share one chat, and each sees those before it.')
    .argument('<name>', 'what it is called; no two have the same')
    .argument('<when>', '"minute hour day month weekday" as cron has it, or "every <n> <seconds|minutes|hours|days>"')
    .argument('<prompt...>', 'what each run is told to do')
    .option('--chat <id>', 'run in this chat; without it the schedule makes a chat of its own')
    .option('--agent <type>', 'agent definition; `legwork agents list` shows them (default: general-purpose)')
    .option('--model <handle>', 'wins over the model of the definition')
    .addOption(
      new Option(
        '--catch-up <how>',
        'due times that passed while nothing could fire: none, one task for all, or all',
      ).choices(['none', 'one', 'all']),
    )
    .option('--time-zone <tz>', 'by which the hours are meant, like Europe/Berlin (default: that of this machine)')
    .option('--permission-mode <mode>', 'ask, accept-edits, plan or bypass; what would have to be asked is denied')
    .option('--allow <rule>', 'allow uses of a tool, e.g. "Bash(npm test)"; repeatable', collect)
    .option('--json', 'print the schedule as JSON');
  withExamples(command, [
    ['legwork schedules add news "0 9 * * 1-5" "What is new in the issues?" --time-zone Europe/Berlin', ''],
    ['legwork schedules add watch "every 10 minutes" "Is the build green?" --allow "Bash(gh run list)"', ''],
    ['legwork schedules add report "0 17 * * 5" "Sum up the week" --chat 4f7k2m9x --catch-up none', ''],
  ]).action(async (name: string, when: string, words: string[], given: Given) => {
    const program = await context.open({ permissionMode: given.permissionMode, allow: given.allow });
    const schedule = await add(program, { name, when, prompt: words.join(' '), given });
    if (given.json) return printJson(context.io, scheduleJson(schedule));
    await context.io.out(
      fields([
        ['schedule', printable(schedule.name)],
        ['next', schedule.nextAt === undefined ? 'never' : momentIn(schedule.nextAt, schedule.timeZone)],
        ['chat', schedule.chatId ?? 'its own, made with the first run'],
      ]),
    );
    await warnWithoutFirer(program, context.io);
  });
}

type Wanted = { readonly name: string; readonly when: string; readonly prompt: string; readonly given: Given };

async function add(program: Program, { given, ...wanted }: Wanted): Promise<Schedule> {
  const chat = given.chat === undefined ? undefined : await findChat(program.store, given.chat);
  return addSchedule(program, {
    ...wanted,
    chatId: chat?.id,
    agent: given.agent,
    model: given.model,
    catchUp: given.catchUp,
    timeZone: given.timeZone ?? program.timeZone,
    origin: 'cli',
  });
}
