import type { Story } from '../../terminal/story.ts';
import type { Strip } from '../pane.ts';

/** The part of an answer that may still change, and what people wrote while it streams. */
export function createSpeechStrip(story: Story): Strip {
  return {
    draw(_look, { rows }) {
      const typed = story.held().flatMap(block => (block.kind === 'said' ? ['', ...block.lines] : []));
      const left = Math.max(1, rows - typed.length);
      return [...story.open(left), ...typed].slice(-rows);
    },
  };
}
