import * as z from 'zod';
import type { EntryOf } from '../core/entry.ts';
import { limits } from '../core/limits.ts';
import { amount, oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';

const shownDisplay = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['files', 'matches']), count: z.number() }),
  z.object({ kind: z.literal('read'), lines: z.number() }),
  z.object({ kind: z.literal('question'), answer: z.string().nullable() }),
]);

/** What came of a call, in a few words. */
export function resultLine(entry: Pick<EntryOf<'tool:ended'>, 'text' | 'isError' | 'display'>): string {
  const display = shownDisplay.safeParse(entry.display);
  if (display.success && !entry.isError) {
    const shown = display.data;
    if (shown.kind === 'files') return amount(shown.count, 'file', 'files');
    if (shown.kind === 'matches') return amount(shown.count, 'match', 'matches');
    if (shown.kind === 'read') return amount(shown.lines, 'line', 'lines');
    if (shown.kind === 'question')
      return shown.answer === null ? 'no answer' : visible(oneLine(shown.answer, limits.callLineChars));
  }
  const lines = entry.text.split('\n').filter(line => line.trim() !== '');
  const first = visible(oneLine(lines[0] ?? '', limits.callLineChars));
  if (first === '') return 'nothing';
  return lines.length > 1 ? `${first} (${lines.length} lines)` : first;
}
