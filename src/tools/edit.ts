import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { reasonNotToOverwrite } from './check-unchanged.ts';
import { failure, orPathFailure, withPathFailures } from './failure.ts';
import { diffDisplay, wholeDiff } from './file-diff.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type InputOf, toolInput } from './input.ts';
import type { Locks } from './locks.ts';
import { suggestPaths } from './nearest-names.ts';
import { pathInput } from './path-input.ts';
import { type ResolvePath, shownPath } from './paths.ts';
import { type Replacement, replaceText } from './replace-text.ts';
import { linesOf, numbered, readAsText } from './text-file.ts';
import { type AnyTool, defineTool, type Preview, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('Edit', () =>
  z.strictObject({
    file_path: pathInput().describe('Absolute, or relative to the working directory.'),
    old_string: z.string().min(1).describe('The exact text to replace, without the line numbers that Read shows.'),
    new_string: z.string().describe('What to put in its place; empty to delete.'),
    replace_all: z.boolean().default(false).describe('Replace every occurrence.'),
  }),
);
type EditInput = InputOf<typeof input>;

const prompt = `Replaces an exact text in a file.
- Read the file before; the call is refused when it was not read or was changed since.
- old_string must occur exactly once: give as many lines around it as that takes, with their exact indentation, or set replace_all.
- Line ends (LF or CRLF), the byte order mark and everything outside the replaced text stay as they are.
- To make a new file use Write.
Returns the changed region with line numbers.`;

/** Changes a part of a file, never one that is not as the lane has read it. */
export function editTool(files: Files, resolvePath: ResolvePath, locks: Locks): AnyTool {
  return defineTool({
    name: 'Edit',
    prompt,
    input,
    access: 'write',
    subjects: ({ file_path }, cwd) => [resolvePath(file_path, cwd)],
    resource: ({ file_path }, cwd) => resolvePath(file_path, cwd),
    preview: (given, cwd) => preview(files, resolvePath(given.file_path, cwd), given),
    run: (given, context) => {
      const path = resolvePath(given.file_path, context.cwd);
      return withPathFailures(path, async () => {
        const realPath = await files.realPath(path);
        return locks(realPath, () => edit(files, realPath, given, context));
      });
    },
  });
}

type Refused = { readonly kind: 'refused'; readonly message: string };
type Content = { readonly kind: 'content'; readonly bytes: Uint8Array; readonly text: string };

async function edit(files: Files, path: string, given: EditInput, context: ToolContext): Promise<ToolResult> {
  const found = await contentOf(files, path);
  if (found.kind === 'refused') return failure(found.message);
  const reason = reasonNotToOverwrite(context.files, path, found.bytes);
  if (reason) return failure(reason);
  const result = changeOf(path, found, given);
  if (result.kind === 'refused') return failure(result.message);
  context.signal.throwIfAborted();
  await files.writeAtomic(path, result.bytes);
  context.files.saw(path, fingerprintOf(result.bytes));
  const shown = shownPath(path, context.cwd);
  const times = result.count === 1 ? '' : ` (${result.count} occurrences; the first is shown)`;
  const display = await diffDisplay(shown, found.text, result.bytes.toString());
  return { text: `Changed ${shown}${times}:\n${region(result.bytes, result.start, result.length)}`, display };
}

function preview(files: Files, path: string, given: EditInput): Promise<Preview> {
  const fail = (message: string): Preview => ({ kind: 'refused', path, message });
  const look = async (): Promise<Preview> => {
    const realPath = await files.realPath(path);
    const found = await contentOf(files, realPath);
    if (found.kind === 'refused') return fail(found.message);
    const change = changeOf(realPath, found, given);
    if (change.kind === 'refused') return fail(change.message);
    return { kind: 'diff', path: realPath, isNew: false, hunks: await wholeDiff(found.text, change.bytes.toString()) };
  };
  return orPathFailure(path, look, fail);
}

async function contentOf(files: Files, path: string): Promise<Content | Refused> {
  const stat = await files.stat(path);
  if (!stat) return refused(`${path} does not exist; use Write to make it.${await suggestPaths(files, path)}`);
  if (stat.kind !== 'file')
    return refused(`${path} is ${stat.kind === 'directory' ? 'a directory' : 'not a regular file'}.`);
  if (stat.size > limits.readFileBytes)
    return refused(`${path} has ${stat.size} bytes; Edit takes files up to ${limits.readFileBytes}.`);
  const bytes = await files.readBytes(path);
  const content = readAsText(bytes);
  if (content.kind === 'binary' || content.encoding !== 'utf-8')
    return refused(
      `${path} is ${content.kind === 'binary' ? 'a binary file' : `encoded in ${content.encoding}`}; Edit changes UTF-8 text only.`,
    );
  return { kind: 'content', bytes, text: content.text };
}

function changeOf(
  path: string,
  { bytes, text }: Content,
  given: EditInput,
): Extract<Replacement, { kind: 'replaced' }> | Refused {
  if (given.old_string === given.new_string)
    return refused('old_string and new_string are the same: there is nothing to change.');
  const result = replaceText(bytes, given.old_string, given.new_string, given.replace_all);
  if (result.kind === 'not-found') return refused(notFound(path, text, given.old_string));
  if (result.kind === 'ambiguous')
    return refused(
      `old_string occurs ${result.count} times in ${path}. Give more lines around the one that you mean, or set replace_all.`,
    );
  if (result.bytes.byteLength > limits.writeFileBytes)
    return refused(`The result would have ${result.bytes.byteLength} bytes; a file may have ${limits.writeFileBytes}.`);
  return result;
}

function refused(message: string): Refused {
  return { kind: 'refused', message };
}

/** The changed lines and four around them. */
function region(bytes: Buffer, start: number, length: number): string {
  const around = 4;
  const lines = linesOf(bytes.toString());
  const first = countLineEnds(bytes.subarray(0, start));
  // A line end that closes the change belongs to its last line.
  const last = first + countLineEnds(bytes.subarray(start, Math.max(start, start + length - 1)));
  const from = Math.max(0, first - around);
  const shown = lines.slice(from, Math.min(last + around + 1, from + limits.editLines));
  const left = last + 1 - (from + shown.length);
  const text = numbered(
    shown.map(line => line.slice(0, limits.readLineChars).toWellFormed()),
    from + 1,
  );
  return left > 0 ? `${text}\n[${left} more changed lines]` : text;
}

function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a) count += 1;
  return count;
}

/** Says what is near the text that was not found, so that the next call can be right. */
function notFound(path: string, text: string, wanted: string): string {
  const folded = (value: string) => value.replace(/\s+/g, ' ').trim();
  const line = linesOf(wanted).find(candidate => candidate.trim() !== '');
  const at = line === undefined ? -1 : linesOf(text).findIndex(candidate => folded(candidate) === folded(line));
  const hint =
    at === -1
      ? 'Read the file again and copy the text exactly.'
      : `Its first line is like line ${at + 1}, but white space or what follows differs: read from there and copy the text exactly.`;
  return `old_string does not occur in ${path}. ${hint}`;
}
