import { duration } from '../../core/duration.ts';
import { visible } from '../../core/visible.ts';
import { entryBlock, notificationBlock, userLines } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import type { Pen } from '../../terminal/story.ts';
import { clip } from '../../terminal/width.ts';
import { createMarkdownStream } from '../markdown/stream.ts';
import { groupBlock } from '../tasks/group.ts';
import { thoughtRows, toolBlock } from './tool.ts';

/** How the interface draws a conversation. */
export function createPen(look: () => Look): Pen {
  return {
    entry(view, entry) {
      if (entry.type.startsWith('task:')) return groupBlock(view.taskRows, entry, look());
      if (entry.type === 'tool:ended') return toolBlock(view, entry, look());
      if (entry.type === 'notification:delivered') return notificationBlock(view, entry, look(), 'ctrl+t');
      // The status line shows the mode at all times.
      if (entry.type === 'policy:changed' && entry.change.kind === 'mode') return undefined;
      return entryBlock(view, entry, look());
    },
    said: (text, by) => userLines(text, look(), by),
    again({ reason, inMs }, isVoid) {
      const { style, glyphs, columns } = look();
      const again = `${visible(reason)}: asked again in ${duration(inMs)}${isVoid ? '; what stands above is void' : ''}`;
      return [`${style('warning', glyphs.warning)} ${clip(again, columns - 2, glyphs.ellipsis)}`];
    },
    speech: () => createMarkdownStream(look()),
    thought: text => thoughtRows(text, look()),
  };
}
