import { unreachable } from '../../core/error.ts';
import { amount } from '../../core/text.ts';
import type { Preview } from '../../tasks/asker.ts';
import type { Look } from '../../terminal/look.ts';
import { exact, wholeLine } from './exact.ts';
import { type Parts, partsOf, type Subject } from './subject.ts';

type Hunk = Extract<Preview, { kind: 'diff' }>['hunks'][number];

/** All of what would be run or changed: nothing is left out, and nothing that does not show. `maxLines`: of a diff; more are counted. */
export function bodyRows(subject: Pick<Subject, 'asked' | 'preview'>, look: Look, maxLines: number): string[] {
  const parts = partsOf(subject);
  switch (parts.kind) {
    case 'command':
      return [...commandRows(parts.command, look), ...moreRows(parts.more, look)];
    case 'address':
      return [...indented(exact(parts.url), look), ...moreRows(parts.more, look)];
    case 'file':
      return [...indented(exact(parts.path), look), ...moreRows(parts.more, look)];
    case 'change':
      return changeRows(parts.preview, look, maxLines);
    case 'question':
      return parts.question
        .split('\n')
        .flatMap(line => wholeLine(line, look.columns))
        .map(row => look.style('strong', row));
    case 'other':
      return (JSON.stringify(parts.input, undefined, 2) ?? 'nothing')
        .split('\n')
        .flatMap(line => indented(exact(line), look));
    default:
      return unreachable(parts);
  }
}

/** Where it acts, in a few words that are safe to print. */
export function placeOf({ asked, asker, preview }: Pick<Subject, 'asked' | 'asker' | 'preview'>): string | undefined {
  const parts = partsOf({ asked, preview });
  if (parts.kind === 'command') return `in ${exact(asker.cwd)}${asker.isApart ? ', a worktree of its own' : ''}`;
  if (parts.kind === 'address') return `from ${exact(parts.host)}`;
  return parts.kind === 'other' ? `in ${exact(asker.cwd)}` : undefined;
}

/** What the call asks for, as a verb after the name of its tool. */
export function deedOf(parts: Parts): string {
  switch (parts.kind) {
    case 'command':
      return 'wants to run a command';
    case 'address':
      return 'wants to fetch a page';
    case 'file':
      return 'wants to read a file';
    case 'change':
      return parts.preview.kind === 'diff' && parts.preview.isNew ? 'wants to make a file' : 'wants to change a file';
    case 'question':
      return 'asks';
    case 'other':
      return 'wants to be used';
    default:
      return unreachable(parts);
  }
}

/** Each line of a command with a sign before it, so that one that is wrapped does not look like two. */
function commandRows(command: string, look: Look): string[] {
  return command.split('\n').flatMap((line, at) => {
    const sign = look.style('dim', at === 0 ? '$' : '>');
    return wholeLine(exact(line), look.columns - 4).map((row, part) => `  ${part === 0 ? sign : ' '} ${row}`);
  });
}

function moreRows(more: Readonly<Record<string, unknown>>, look: Look): string[] {
  return Object.entries(more).flatMap(([key, value]) =>
    indented(exact(`${key}: ${JSON.stringify(value)}`), look).map(row => look.style('dim', row)),
  );
}

function indented(line: string, { columns }: Look): string[] {
  return wholeLine(line, columns - 2).map(row => `  ${row}`);
}

function changeRows(preview: Preview, look: Look, maxLines: number): string[] {
  const head = indented(exact(preview.path), look);
  if (preview.kind === 'refused')
    return [...head, ...indented(`it would fail: ${preview.message}`, look).map(row => look.style('warning', row))];
  const total = preview.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const rows: string[] = [];
  let left = maxLines;
  for (const hunk of preview.hunks) {
    if (left <= 0) break;
    if (rows.length > 0) rows.push(look.style('dim', `  ${look.glyphs.ellipsis}`));
    rows.push(...hunkRows({ ...hunk, lines: hunk.lines.slice(0, left) }, look));
    left -= hunk.lines.length;
  }
  const unseen = total - maxLines;
  const cut =
    unseen > 0 ? [look.style('warning', `  ${amount(unseen, 'line', 'lines')} more that are not shown here`)] : [];
  return [...head, ...(rows.length === 0 ? [look.style('dim', '  an empty file')] : rows), ...cut];
}

/** Lines that go and lines that come with their numbers, and a few that stay around them. */
function hunkRows({ oldStart, oldLines, newStart, newLines, lines }: Hunk, look: Look): string[] {
  // In a file of DOS line ends every line has one; it tells nothing.
  const isDos = lines.every(line => line.startsWith('\\') || line.endsWith('\r'));
  const digits = String(Math.max(oldStart + oldLines, newStart + newLines)).length;
  const indent = ' '.repeat(digits + 5);
  const wrap = (line: string) => wholeLine(line, look.columns - indent.length);
  let [before, after] = [oldStart, newStart];
  return lines.flatMap(line => {
    const [sign = ' '] = line;
    if (sign === '\\') return wrap(line.slice(2)).map(row => look.style('dim', indent + row));
    const number = String(sign === '-' ? before : after).padStart(digits);
    if (sign !== '+') before += 1;
    if (sign !== '-') after += 1;
    const role = sign === '+' ? 'added' : sign === '-' ? 'removed' : 'dim';
    return wrap(line.slice(1, isDos ? -1 : undefined)).map((row, part) =>
      look.style(role, (part === 0 ? `  ${number} ${sign} ` : indent) + row),
    );
  });
}
