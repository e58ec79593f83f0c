import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Speech } from '../../terminal/story.ts';

export function createMarkdownStream({ columns }: Look): Speech {
  let rest = '';
  return {
    push(delta) {
      const lines = (rest + delta).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap(line => rowsOf(line, columns));
    },
    open: maxRows => rowsOf(rest, columns).slice(-maxRows),
    end: () => (rest === '' ? [] : rowsOf(rest, columns)),
  };
}
