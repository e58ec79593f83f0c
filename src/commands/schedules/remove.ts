import type { Command } from 'commander';
import { printable } from '../../core/printable.ts';
import { audit } from '../audit.ts';
import type { CommandContext } from '../command.ts';
import { scheduleJson } from '../json.ts';
import { addCommand, withExamples } from '../new-command.ts';
import { printJson } from '../output.ts';
import { findSchedule } from './find.ts';

export function removeScheduleCommand(group: Command, context: CommandContext): void {
  const command = addCommand(group, 'remove', 'Remove a schedule. Its chat and what it made stay; what runs goes on.')
    .argument('<name>', 'name or id of the schedule')
    .option('--json', 'print the schedule that was removed');
  withExamples(command, [['legwork schedules remove news', '']]).action(
    async (name: string, given: { json?: boolean }) => {
      const program = await context.open();
      const schedule = await program.store.write(async tx => {
        const found = await findSchedule(tx, name);
        await tx.removeSchedule(found.id);
        await audit(program, tx, 'schedule:removed', {
          ...(found.chatId === undefined ? {} : { chatId: found.chatId }),
          detail: found.name,
        });
        return found;
      });
      if (given.json) return printJson(context.io, scheduleJson(schedule));
      await context.io.out(`"${printable(schedule.name)}" removed\n`);
    },
  );
}
