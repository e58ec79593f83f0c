import { structuredPatch } from 'diff';
import * as z from 'zod';
import { lazy } from '../../core/lazy.ts';
import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { type Asked, questionOf } from '../../views/question.ts';

const inputs = lazy(() => ({
  bash: z.object({ command: z.string(), description: z.string().optional() }),
  edit: z.object({
    file_path: z.string(),
    old_string: z.string(),
    new_string: z.string(),
    replace_all: z.boolean().optional(),
  }),
  write: z.object({ file_path: z.string(), content: z.string() }),
  fetch: z.object({ url: z.string() }),
}));

/** What an approval is about, before anything of it happened. `before`: the file as it is now, where one is changed. */
export type Subject = { readonly asked: Asked; readonly before: string | undefined };

/** The file that the call would change. */
export function fileOf({ tool, input }: Asked): string | undefined {
  if (tool !== 'Edit' && tool !== 'Write') return undefined;
  return (tool === 'Edit' ? inputs().edit : inputs().write).safeParse(input).data?.file_path;
}

/** All of what would be run or changed: nothing is left out, and every character that does not show is escaped. */
export function subjectRows({ asked, before }: Subject, look: Look): string[] {
  const { tool, input } = asked;
  const indented = (text: string) => rowsOf(text, look.columns - 2).map(row => `  ${row}`);
  const bash = tool === 'Bash' ? inputs().bash.safeParse(input) : undefined;
  if (bash?.success) return indented(bash.data.command);
  const edit = tool === 'Edit' ? inputs().edit.safeParse(input) : undefined;
  if (edit?.success)
    return [...indented(edit.data.file_path), ...diffRows(edit.data.old_string, edit.data.new_string, look)];
  const write = tool === 'Write' ? inputs().write.safeParse(input) : undefined;
  if (write?.success) {
    const head = indented(`${write.data.file_path}${before === undefined ? ' (a new file)' : ''}`);
    return [...head, ...diffRows(before ?? '', write.data.content, look)];
  }
  const fetched = tool === 'WebFetch' ? inputs().fetch.safeParse(input) : undefined;
  if (fetched?.success) return indented(fetched.data.url);
  const question = questionOf(asked);
  if (question) return rowsOf(question.question, look.columns).map(row => look.style('strong', row));
  return indented(JSON.stringify(input, undefined, 2) ?? 'nothing');
}

/** Lines that go and lines that come, with three that stay around them. */
function diffRows(before: string, after: string, look: Look): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 });
  return hunks.flatMap((hunk, at) => [
    ...(at > 0 ? [look.style('dim', `  ${look.glyphs.ellipsis}`)] : []),
    ...hunk.lines.filter(line => !line.startsWith('\\')).flatMap(line => diffLine(line, look)),
  ]);
}

function diffLine(line: string, look: Look): string[] {
  const [sign = ' '] = line;
  const role = sign === '+' ? 'added' : sign === '-' ? 'removed' : 'dim';
  return rowsOf(line.slice(1), look.columns - 4).map((row, at) =>
    look.style(role, `  ${at === 0 ? sign : ' '} ${row}`),
  );
}
