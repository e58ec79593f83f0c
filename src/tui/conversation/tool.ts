import * as z from 'zod';
import type { EntryOf } from '../../core/entry.ts';
import { lazy } from '../../core/lazy.ts';
import { amount } from '../../core/text.ts';
import { entryBlock } from '../../terminal/entry-lines.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import type { Block } from '../../terminal/story.ts';
import { clip } from '../../terminal/width.ts';
import type { View } from '../../views/chat-view.ts';

/** Rows of an output, and of a diff, that stand in the conversation; Ctrl+O has all. */
const outputRows = 4;
const diffRows = 20;

const hunk = lazy(() => z.object({ oldStart: z.number(), newStart: z.number(), lines: z.array(z.string()) }));
const diffSchema = lazy(() =>
  z.object({
    kind: z.literal('diff'),
    isNew: z.boolean(),
    added: z.number(),
    removed: z.number(),
    hunks: z.array(hunk()),
    isCut: z.boolean(),
  }),
);
type Diff = z.infer<ReturnType<typeof diffSchema>>;

/** A call that has ended: what was called, and what came of it: the change of a file as a diff, the beginning of a command's output. */
export function toolBlock(view: View, entry: EntryOf<'tool:ended'>, look: Look): Block | undefined {
  const block = entryBlock(view, entry, look);
  if (!block || entry.isError) return block;
  const [head = '', ...result] = block.lines;
  const diff = diffSchema().safeParse(entry.display);
  if (diff.success) return { ...block, lines: [head, ...diffLines(diff.data, look)] };
  if (entry.tool !== 'Bash') return block;
  const lines = entry.text.trimEnd().split('\n');
  return lines.length < 2
    ? { ...block, lines: [head, ...result] }
    : { ...block, lines: [head, ...outputLines(lines, look)] };
}

/** One line that says that there is a thought; Ctrl+O has it. */
export function thoughtRows(text: string, { style, glyphs, columns }: Look): string[] {
  const [first = ''] = rowsOf(text.trim().split('\n', 1)[0] ?? '', 10_000);
  return [style('dim', clip(`${glyphs.thought} ${first}`, columns, glyphs.ellipsis))];
}

function outputLines(lines: readonly string[], { style, glyphs, columns }: Look): string[] {
  const kept = lines.slice(0, lines.length > outputRows + 1 ? outputRows : outputRows + 1);
  const rows = kept.map((line, at) => {
    const [first = ''] = rowsOf(line, 10_000);
    return `  ${style('dim', `${at === 0 ? glyphs.result : ' '} ${clip(first, columns - 4, glyphs.ellipsis)}`)}`;
  });
  return lines.length > kept.length
    ? [...rows, more(lines.length - kept.length, 'line', 'lines', { style, glyphs, columns })]
    : rows;
}

function diffLines({ isNew, added, removed, hunks, isCut }: Diff, look: Look): string[] {
  const { style, glyphs, columns } = look;
  const counts = isNew ? `a new file, ${amount(added, 'line', 'lines')}` : `${added} added, ${removed} removed`;
  const rows = hunks.flatMap((one, at) => [
    ...(at > 0 ? [style('dim', `    ${glyphs.ellipsis}`)] : []),
    ...hunkRows(one, look),
  ]);
  const kept = rows.slice(0, diffRows);
  const left = rows.length - kept.length;
  return [
    `  ${style('dim', clip(`${glyphs.result} ${counts}`, columns - 2))}`,
    ...kept,
    ...(left > 0 || isCut ? [more(left, 'row', 'rows', look)] : []),
  ];
}

function hunkRows(
  { oldStart, newStart, lines }: z.infer<ReturnType<typeof hunk>>,
  { style, glyphs, columns }: Look,
): string[] {
  let [before, after] = [oldStart, newStart];
  return lines.flatMap(line => {
    const [sign = ' '] = line;
    if (sign === '\\') return [];
    const number = sign === '-' ? before : after;
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    const [text = ''] = rowsOf(line.slice(1), 10_000);
    const row = clip(`${String(number).padStart(5)} ${sign} ${text}`, columns - 1, glyphs.ellipsis);
    return [style(sign === '+' ? 'added' : sign === '-' ? 'removed' : 'dim', ` ${row}`)];
  });
}

function more(
  count: number,
  one: string,
  many: string,
  { style, glyphs }: Pick<Look, 'style' | 'glyphs' | 'columns'>,
): string {
  return style('dim', `    ${glyphs.ellipsis} ${count > 0 ? `${amount(count, one, many)} more` : 'more'} (ctrl+o)`);
}
