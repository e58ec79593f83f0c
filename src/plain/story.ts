import { duration } from '../core/duration.ts';
import { amount } from '../core/text.ts';
import { visible } from '../core/visible.ts';
import { entryBlock, userLines } from '../terminal/entry-lines.ts';
import { createStory, type Story, type StoryOptions } from '../terminal/story.ts';
import { clip } from '../terminal/width.ts';
import { callLine } from '../views/call-line.ts';
import { createFlow } from './flow.ts';
import type { Look } from './look.ts';

export type PlainStory = Story & {
  /** Rows for what goes on now; empty when nothing does. */
  status(): readonly string[];
};

/** The story of a chat in plain lines. */
export function createPlainStory(options: Omit<StoryOptions, 'pen'> & { readonly look: () => Look }): PlainStory {
  const { look } = options;
  const story = createStory({
    ...options,
    pen: {
      entry: (view, entry) => entryBlock(view, entry, look()),
      said: (text, by) => userLines(text, look(), by),
      again({ reason, inMs }, isVoid) {
        const { paint, columns } = look();
        const again = `${visible(reason)}: asked again in ${duration(inMs)}${isVoid ? '; what stands above is void' : ''}`;
        return [`${paint.yellow('!')} ${clip(again, columns - 2)}`];
      },
      speech: () => createFlow(look()),
    },
  });
  return {
    ...story,
    status() {
      const { paint, columns } = look();
      const view = story.view();
      const now = [...view.calls.values()].map(callLine);
      const tasks = view.atWork.size > 0 ? [`${amount(view.atWork.size, 'task', 'tasks')} at work`] : [];
      const isBusy = story.isWorking() && view.asked.length === 0 && !story.isSpeaking();
      const parts = [...(isBusy ? [now[0] ?? 'thinking'] : []), ...tasks];
      const line = parts.length === 0 ? [] : [paint.dim(clip(`… ${parts.join(' · ')}`, columns - 1))];
      const typed = story.held().flatMap(block => (block.kind === 'said' ? ['', ...block.lines] : []));
      return [...story.open(1), ...typed, '', ...line];
    },
  };
}
