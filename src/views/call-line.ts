import * as z from 'zod';
import type { ToolCall } from '../core/entry.ts';
import { lazy } from '../core/lazy.ts';
import { limits } from '../core/limits.ts';
import { oneLine } from '../core/text.ts';
import { visible } from '../core/visible.ts';

/** Which part of a tool's input says most of a call; for others the first text in it. */
const telling: Readonly<Record<string, string>> = {
  Bash: 'command',
  Read: 'file_path',
  Edit: 'file_path',
  Write: 'file_path',
  Glob: 'pattern',
  Grep: 'pattern',
  WebFetch: 'url',
  Task: 'description',
  AskUserQuestion: 'question',
};
const fields = lazy(() => z.record(z.string(), z.unknown()));

/** A call in one line: `Bash(npm test)`. */
export function callLine({ tool, input }: Pick<ToolCall, 'tool' | 'input'>): string {
  const given = fields().safeParse(input);
  const called = visible(oneLine(tool, limits.callLineChars));
  if (!given.success) return called;
  const name = telling[tool];
  const told =
    name === undefined ? Object.values(given.data).find(value => typeof value === 'string') : given.data[name];
  const subject = typeof told === 'string' ? visible(oneLine(told, limits.callLineChars)) : '';
  return subject === '' ? called : `${called}(${subject})`;
}
