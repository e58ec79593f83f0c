import type { ChatId } from '../../core/ids.ts';
import { shortId } from '../../core/ids.ts';
import { amount } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { Story } from '../../terminal/story.ts';
import { clip } from '../../terminal/width.ts';
import type { Strip } from '../pane.ts';

export type StatusFacts = {
  readonly story: Story;
  readonly chatId: ChatId;
  readonly model: () => string;
  readonly mode: () => string;
};

/** The lowest row: model, mode, tasks at work, chat. */
export function createStatus({ story, chatId, model, mode }: StatusFacts): Strip {
  return {
    draw({ style, glyphs }, { columns }) {
      const atWork = story.view().atWork.size;
      const tasks = atWork > 0 ? [`${amount(atWork, 'task', 'tasks')} at work`] : [];
      const parts = [visible(model()), mode(), ...tasks, shortId(chatId)];
      return [style('dim', clip(`  ${parts.join(` ${glyphs.separator} `)}`, columns, glyphs.ellipsis))];
    },
  };
}
