import { amount } from '../../core/text.ts';
import { backgroundAllAsked } from '../../tasks/asked.ts';
import type { SlashCommand } from './command.ts';
import { personAt } from './person.ts';
import type { Stage } from './stage.ts';

export const bg: SlashCommand = {
  name: 'bg',
  takes: '',
  summary: 'what the conversation waits for goes on in the background',
  run: moveAllToBackground,
};

/** Moves what the conversation waits for to the background (S9), and says how much that was. */
export async function moveAllToBackground(stage: Pick<Stage, 'program' | 'chatId' | 'notice'>): Promise<void> {
  const count = await backgroundAllAsked(personAt(stage), stage);
  stage.notice(
    count === 0
      ? 'the conversation waits for no task'
      : `${amount(count, 'task goes', 'tasks go')} on in the background`,
  );
}
