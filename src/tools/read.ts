import { extname } from 'node:path';
import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { failure, withPathFailures } from './failure.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type InputOf, toolInput } from './input.ts';
import { suggestPaths } from './nearest-names.ts';
import { pathInput } from './path-input.ts';
import { type ResolvePath, shownPath } from './paths.ts';
import { type FileText, linesOf, numbered, readAsText } from './text-file.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('Read', () =>
  z.strictObject({
    file_path: pathInput().describe('Absolute, or relative to the working directory.'),
    offset: z.number().int().positive().optional().describe('First line to return, counted from 1.'),
    limit: z
      .number()
      .int()
      .positive()
      .max(limits.readLines)
      .optional()
      .describe(`Lines to return; ${limits.readLines} by default.`),
  }),
);
type ReadInput = InputOf<typeof input>;

const prompt = `Reads a text file and returns its lines with their numbers, as "cat -n" does.
- Read a file before you change it with Edit or Write.
- A call returns at most ${limits.readLines} lines; the last line of the result says how to go on. Longer lines than ${limits.readLineChars} characters are cut.
- Several files: call Read for each of them in one answer.
- For directories use Glob, to find text in many files Grep. Images, PDF and other binary files cannot be read.`;

/** Reads text files and remembers what was read, so that a later write notices a change of somebody else's. */
export function readTool(files: Files, resolvePath: ResolvePath): AnyTool {
  return defineTool({
    name: 'Read',
    prompt,
    input,
    access: 'read',
    subjects: ({ file_path }, cwd) => [resolvePath(file_path, cwd)],
    resource: ({ file_path }, cwd) => resolvePath(file_path, cwd),
    run: (given, context) => {
      const path = resolvePath(given.file_path, context.cwd);
      return withPathFailures(path, () => read(files, path, given, context));
    },
  });
}

async function read(files: Files, path: string, given: ReadInput, context: ToolContext): Promise<ToolResult> {
  const stat = await files.stat(path);
  if (!stat) return failure(`${path} does not exist.${await suggestPaths(files, path)}`);
  if (stat.kind === 'directory')
    return failure(`${path} is a directory. Use Glob with path "${path}" and pattern "*" to list it.`);
  if (stat.kind !== 'file') return failure(`${path} is not a regular file.`);
  if (stat.size > limits.readFileBytes)
    return failure(
      `${path} has ${stat.size} bytes; Read takes files up to ${limits.readFileBytes}. Use Grep, or Bash with head, tail or sed.`,
    );
  const bytes = await files.readBytes(path, { maxBytes: limits.readFileBytes });
  context.signal.throwIfAborted();
  const content = readAsText(bytes);
  if (content.kind === 'binary')
    return failure(`${path} is ${binaryKind(path)} of ${bytes.byteLength} bytes and cannot be read as text.`);
  context.files.saw(await files.realPath(path), fingerprintOf(bytes));
  return page(path, content, given, context.cwd);
}

function page(
  path: string,
  content: Extract<FileText, { kind: 'text' }>,
  { offset = 1, limit = limits.readLines }: ReadInput,
  cwd: string,
): ToolResult {
  const lines = linesOf(content.text);
  if (lines.length === 0)
    return { text: `${path} is empty.`, display: { kind: 'read', path: shownPath(path, cwd), lines: 0 } };
  if (offset > lines.length) return failure(`${path} has ${lines.length} lines; offset ${offset} is beyond its end.`);
  const shown = fitting(lines.slice(offset - 1, offset - 1 + limit).map(cutLine));
  const last = offset - 1 + shown.length;
  const notes = [
    content.hasInvalid ? `[Bytes that are not valid ${content.encoding} are shown as \ufffd.]` : '',
    content.encoding === 'utf-8' ? '' : `[The file is encoded in ${content.encoding}.]`,
    last < lines.length ? `[Lines ${offset} to ${last} of ${lines.length}. Go on with offset ${last + 1}.]` : '',
  ].filter(Boolean);
  return {
    text: [numbered(shown, offset), ...notes].join('\n'),
    display: { kind: 'read', path: shownPath(path, cwd), lines: shown.length },
  };
}

function cutLine(line: string): string {
  if (line.length <= limits.readLineChars) return line;
  return `${line.slice(0, limits.readLineChars).toWellFormed()}… [${line.length - limits.readLineChars} more characters]`;
}

/** As many lines as one result can carry with their numbers and notes, at least one. */
function fitting(lines: readonly string[]): readonly string[] {
  let left = limits.toolResultChars - 500;
  const count = lines.findIndex((line, index) => {
    left -= line.length + 8;
    return left < 0 && index > 0;
  });
  return count === -1 ? lines : lines.slice(0, count);
}

function binaryKind(path: string): string {
  const extension = extname(path).toLowerCase();
  if (/^\.(png|jpe?g|gif|webp|bmp|ico|tiff?|heic|avif)$/.test(extension))
    return 'an image (images are not supported yet)';
  if (extension === '.pdf') return 'a PDF (not supported yet)';
  return 'a binary file';
}
