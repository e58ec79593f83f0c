import type { ToolCall } from '../../core/entry.ts';
import { oneLine } from '../../core/text.ts';
import { visible } from '../../core/visible.ts';
import type { Story } from '../../terminal/story.ts';
import { clip } from '../../terminal/width.ts';
import { callLine } from '../../views/call-line.ts';
import type { View } from '../../views/chat-view.ts';
import type { Strip } from '../pane.ts';

/** Rows of calls that are shown at once. */
const shownCalls = 6;
/** Of what is thought, its end. */
const thoughtChars = 400;

/** What the agent itself does now: its calls that run, or that it thinks. `turn` counts the pictures of the spinner. */
export function createCallsStrip(story: Story, spin: () => number): Strip {
  return {
    draw({ style, glyphs }, { columns, rows }) {
      const view = story.view();
      const spinner = style('running', glyphs.spinner[spin() % glyphs.spinner.length] ?? glyphs.dot);
      const calls = [...view.calls.values()].filter(call => !isShownAsTask(view, call));
      if (calls.length === 0 && view.calls.size > 0) return [];
      if (calls.length === 0) {
        const isBusy = story.isWorking() && view.asked.length === 0 && !story.isSpeaking();
        const thought = visible(oneLine(story.thinking().slice(-thoughtChars), thoughtChars)).slice(
          -Math.max(10, columns - 14),
        );
        return isBusy
          ? [`${spinner} ${style('dim', clip(`thinking${glyphs.ellipsis} ${thought}`, columns - 2, glyphs.ellipsis))}`]
          : [];
      }
      const most = Math.min(shownCalls, rows);
      const lines = calls
        .slice(0, most)
        .map(call => `${spinner} ${clip(callLine(call), columns - 2, glyphs.ellipsis)}`);
      const more = calls.length - lines.length;
      return more > 0 ? [...lines.slice(0, -1), style('dim', `  ${glyphs.ellipsis} and ${more + 1} more`)] : lines;
    },
  };
}

/** The group has a row for it. */
function isShownAsTask({ tasks }: View, { tool, callId }: ToolCall): boolean {
  return tool === 'Task' && [...tasks.values()].some(({ parentCallId }) => parentCallId === callId);
}
