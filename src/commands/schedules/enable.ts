import type { Command } from 'commander';
import { AppError } from '../../core/error.ts';
import { printable } from '../../core/printable.ts';
import type { Schedule } from '../../store/rows.ts';
import type { SchedulePatch } from '../../store/store.ts';
import { dueTimesOf } from '../../tasks/due-times.ts';
import { firstMove } from '../../tasks/schedule.ts';
import { isStranded, problemOf } from '../../tasks/schedule-facts.ts';
import { audit } from '../audit.ts';
import type { CommandContext } from '../command.ts';
import { scheduleJson } from '../json.ts';
import { momentIn } from '../moment-in.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';
import { findSchedule } from './find.ts';
import { warnWithoutFirer } from './firer.ts';

export function enableCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'enable', 'Let a schedule fire, from its next due time after now on.');
  add(command, context, 'enabled', async (schedule, now) => {
    if (isStranded(schedule)) throw new AppError('conflict', problemOf(schedule) ?? '');
    const move = firstMove(await dueTimesOf(schedule.when, schedule.timeZone, now), now);
    return { isEnabled: true, ...move, nextAt: move.nextAt ?? null, problem: null };
  });
}

export function disableCommand(group: Command, context: CommandContext): void {
  const command = addCommand(
    group,
    'disable',
    'Let a schedule fire no more until it is enabled. What it made goes on.',
  );
  add(command, context, 'disabled', async () => ({ isEnabled: false, nextAt: null }));
}

type Change = (schedule: Schedule, now: number) => Promise<SchedulePatch>;

function add(command: Command, context: CommandContext, done: 'enabled' | 'disabled', change: Change): void {
  command.argument('<name>', 'name or id of the schedule').option('--json', 'print the schedule as JSON');
  withExamples(command, [[`legwork schedules ${done.slice(0, -1)} news`, '']]).action(
    async (name: string, given: { json?: boolean }) => {
      const program = await context.open();
      const { id } = await findSchedule(program.store, name);
      const patch = await change(await findSchedule(program.store, id), program.base.clock.now());
      await program.store.write(async tx => {
        await tx.patchSchedule(id, patch);
        await audit(program, tx, `schedule:${done}`, { detail: name });
      });
      const schedule = await findSchedule(program.store, id);
      if (given.json) return printJson(context.io, scheduleJson(schedule));
      const next = schedule.nextAt === undefined ? '' : `, next ${momentIn(schedule.nextAt, schedule.timeZone)}`;
      await context.io.out(`"${printable(schedule.name)}" ${done}${next}\n`);
      if (done === 'enabled') await warnWithoutFirer(program, context.io);
    },
  );
}
