import { duration } from '../../core/duration.ts';
import { shortId } from '../../core/ids.ts';
import { visible } from '../../core/visible.ts';
import type { Task } from '../../store/rows.ts';
import { asTheyStand } from '../../tasks/as-they-stand.ts';
import { hasEnded } from '../../tasks/lifecycle.ts';
import type { Look } from '../look.ts';
import { clip } from '../width.ts';
import type { SlashCommand } from './command.ts';
import { say } from './say.ts';
import type { Stage } from './stage.ts';

export const tasks: SlashCommand = {
  name: 'tasks',
  takes: '',
  summary: 'the tasks of this chat',
  run: listTasks,
};

/** The newest last; of very many only those. */
export async function listTasks(stage: Stage): Promise<void> {
  const { program, chatId, story, look } = stage;
  const most = program.limits.taskListEntries;
  const all = await program.store.tasks({ chatId, newestFirst: true, limit: most + 1 });
  const shown = all.slice(0, most).filter(task => !task.isSilent);
  if (shown.length === 0) return say(stage, 'This chat has no tasks.');
  const standing = await asTheyStand(program, shown.reverse());
  const cut = all.length > most ? [look().style('dim', `  the newest ${most}; \`legwork tasks list\` shows all`)] : [];
  story.note([...cut, ...standing.map(task => taskRow(task, program.base.clock.now(), look()))]);
}

function taskRow(task: Task, now: number, { style, columns, glyphs }: Look): string {
  const spent = task.startedAt === undefined ? [] : [duration((task.endedAt ?? now) - task.startedAt)];
  const what = [visible(task.description), task.agentType, ...spent].join(` ${glyphs.separator} `);
  const row = clip(`  ${shortId(task.id)}  ${task.status.padEnd(9)}  ${what}`, columns, glyphs.ellipsis);
  return hasEnded(task) ? style('dim', row) : row;
}
