import { dirname } from 'node:path';
import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { reasonNotToOverwrite } from './check-unchanged.ts';
import { failure, orPathFailure, withPathFailures } from './failure.ts';
import { diffDisplay, wholeDiff } from './file-diff.ts';
import { fingerprintOf } from './fingerprint.ts';
import { toolInput } from './input.ts';
import type { Locks } from './locks.ts';
import { pathInput } from './path-input.ts';
import { type ResolvePath, shownPath } from './paths.ts';
import { linesOf, readAsText } from './text-file.ts';
import { type AnyTool, defineTool, type Preview, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('Write', () =>
  z.strictObject({
    file_path: pathInput().describe('Absolute, or relative to the working directory.'),
    content: z.string().describe('The whole new content of the file.'),
  }),
);

const prompt = `Writes a whole file: a new one, with the directories that are missing, or in place of what was there.
- To change a part of a file use Edit: it is shorter and safer.
- A file that exists must have been read by you before, and must not have been changed since; otherwise the call is refused.
- Write documentation or notes only when they were asked for.`;

/** Creates and replaces files, never over something that the lane has not seen. */
export function writeTool(files: Files, resolvePath: ResolvePath, locks: Locks): AnyTool {
  return defineTool({
    name: 'Write',
    prompt,
    input,
    access: 'write',
    subjects: ({ file_path }, cwd) => [resolvePath(file_path, cwd)],
    resource: ({ file_path }, cwd) => resolvePath(file_path, cwd),
    preview: ({ file_path, content }, cwd) => preview(files, resolvePath(file_path, cwd), content),
    run: ({ file_path, content }, context) => {
      const path = resolvePath(file_path, context.cwd);
      return withPathFailures(path, async () => {
        const realPath = await files.realPath(path);
        return locks(realPath, () => write(files, realPath, Buffer.from(content), context));
      });
    },
  });
}

async function write(files: Files, path: string, bytes: Buffer, context: ToolContext): Promise<ToolResult> {
  if (bytes.byteLength > limits.writeFileBytes)
    return failure(`The content has ${bytes.byteLength} bytes; Write takes up to ${limits.writeFileBytes}.`);
  const found = await beforeOf(files, path);
  if (found.kind === 'refused') return failure(found.message);
  const before = found.bytes;
  const reason = before && reasonNotToOverwrite(context.files, path, before);
  if (reason) return failure(reason);
  context.signal.throwIfAborted();
  if (!before) await files.makeDirectory(dirname(path));
  await files.writeAtomic(path, bytes);
  context.files.saw(path, fingerprintOf(bytes));
  const shown = shownPath(path, context.cwd);
  const count = linesOf(bytes.toString()).length;
  const display = await diffDisplay(shown, before && textOf(before), bytes.toString());
  return { text: `${before ? 'Replaced' : 'Created'} ${shown} (${count} ${count === 1 ? 'line' : 'lines'}).`, display };
}

function preview(files: Files, path: string, content: string): Promise<Preview> {
  const fail = (message: string): Preview => ({ kind: 'refused', path, message });
  const look = async (): Promise<Preview> => {
    const realPath = await files.realPath(path);
    const found = await beforeOf(files, realPath);
    if (found.kind === 'refused') return fail(found.message);
    const { bytes } = found;
    const hunks = await wholeDiff(bytes ? textOf(bytes) : '', content);
    return { kind: 'diff', path: realPath, isNew: bytes === undefined, hunks };
  };
  return orPathFailure(path, look, fail);
}

type Before =
  | { readonly kind: 'found'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'refused'; readonly message: string };

/** What would be written over; no bytes where there is nothing yet. */
async function beforeOf(files: Files, path: string): Promise<Before> {
  const stat = await files.stat(path);
  if (!stat) return { kind: 'found', bytes: undefined };
  if (stat.kind !== 'file') {
    const what = stat.kind === 'directory' ? 'a directory' : 'not a regular file';
    return { kind: 'refused', message: `${path} is ${what}.` };
  }
  if (stat.size > limits.readFileBytes)
    return {
      kind: 'refused',
      message: `${path} has ${stat.size} bytes: too large to be read, so it is not overwritten.`,
    };
  return { kind: 'found', bytes: await files.readBytes(path) };
}

function textOf(bytes: Uint8Array): string {
  const content = readAsText(bytes);
  return content.kind === 'text' ? content.text : '';
}
