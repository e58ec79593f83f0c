import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { failure, withPathFailures } from './failure.ts';
import { type InputOf, toolInput } from './input.ts';
import { suggestPaths } from './nearest-names.ts';
import { pathInput } from './path-input.ts';
import { type ResolvePath, shownPath } from './paths.ts';
import { type RgPorts, type RgRun, rgFailure, runRg } from './rg.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from './tool.ts';

const noNull = (text: string) => !text.includes('\0');
const nullMessage = 'must not hold a null character';

const input = toolInput('Grep', () =>
  z.strictObject({
    pattern: z
      .string()
      .min(1)
      .max(limits.patternChars)
      .refine(noNull, nullMessage)
      .describe('Regular expression in the syntax of ripgrep.'),
    path: pathInput().optional().describe('File or directory to search; the working directory by default.'),
    output_mode: z
      .enum(['files_with_matches', 'content', 'count'])
      .default('files_with_matches')
      .describe('Paths only, matching lines with their numbers, or the number of matching lines per file.'),
    glob: z
      .string()
      .min(1)
      .max(limits.patternChars)
      .refine(noNull, nullMessage)
      .optional()
      .describe('Only files that match, e.g. "*.ts" or "!**/test/**".'),
    type: z
      .string()
      .regex(/^[a-z0-9+_-]+$/i)
      .optional()
      .describe('Only files of a type that ripgrep knows, e.g. js, py, rust.'),
    case_insensitive: z.boolean().default(false),
    context: z
      .number()
      .int()
      .min(0)
      .max(50)
      .default(0)
      .describe('Lines to show around each match, for output_mode content.'),
    multiline: z.boolean().default(false).describe('Let the pattern, and ".", match across lines.'),
    head_limit: z
      .number()
      .int()
      .positive()
      .max(limits.grepResults)
      .default(limits.grepResults)
      .describe('Lines to return.'),
  }),
);
type GrepInput = InputOf<typeof input>;

const prompt = `Searches the text of files with a regular expression, by ripgrep.
- Use it instead of grep or rg in Bash. Literal braces and brackets need a backslash: "interface\\{\\}".
- Files that .gitignore leaves out, binary files and .git are not searched.
- Start with the default output_mode to see where something is, then content with context for the places that matter.
- Returns at most ${limits.grepResults} lines and says when there were more.`;

/** Searches with the bundled ripgrep; the pattern never meets a shell. */
export function grepTool(files: Files, resolvePath: ResolvePath, ports: RgPorts): AnyTool {
  const targetOf = ({ path }: GrepInput, cwd: string) => (path === undefined ? cwd : resolvePath(path, cwd));
  return defineTool({
    name: 'Grep',
    prompt,
    input,
    access: 'read',
    subjects: (given, cwd) => [targetOf(given, cwd)],
    run: (given, context) => {
      const target = targetOf(given, context.cwd);
      return withPathFailures(target, () => search(files, ports, target, given, context));
    },
  });
}

async function search(
  files: Files,
  ports: RgPorts,
  target: string,
  given: GrepInput,
  context: ToolContext,
): Promise<ToolResult> {
  if (!(await files.stat(target))) return failure(`${target} does not exist.${await suggestPaths(files, target)}`);
  const shown = shownPath(target, context.cwd);
  const run = await runRg(ports, {
    cwd: context.cwd,
    args: [...argsOf(given), '--', given.pattern, shown === '.' ? './' : shown],
    separator: '\n',
    signal: context.signal,
    take: (_, kept) => (kept < given.head_limit ? true : 'enough'),
  });
  const message = rgFailure(run);
  if (message !== undefined) return failure(message);
  if (run.pieces.length === 0)
    return { text: `No match for ${given.pattern} in ${target}.`, display: { kind: 'matches', count: 0 } };
  const lines = run.pieces.map(line => (shown === '.' && line.startsWith('./') ? line.slice(2) : line));
  return { text: [...lines, ...notesOn(run)].join('\n'), display: { kind: 'matches', count: lines.length } };
}

function argsOf(given: GrepInput): string[] {
  const mode = {
    content: ['--line-number', '--no-heading', '--sort', 'path', '--context', String(given.context)],
    files_with_matches: ['--files-with-matches', '--sortr', 'modified'],
    count: ['--count', '--sort', 'path'],
  }[given.output_mode];
  return [
    ...mode,
    ...['--with-filename', '--hidden', '--no-messages', '--no-require-git', '--engine', 'auto'],
    ...['--max-columns', String(limits.grepLineChars), '--max-columns-preview'],
    ...(given.case_insensitive ? ['--ignore-case'] : []),
    ...(given.multiline ? ['--multiline', '--multiline-dotall'] : []),
    ...(given.type === undefined ? [] : ['--type', given.type]),
    // One argument, so that a value like "--pre=x" stays a glob.
    ...(given.glob === undefined ? [] : [`--glob=${given.glob}`]),
    '--glob=!.git',
  ];
}

function notesOn(run: RgRun): string[] {
  if (run.isFull) return [`[The first ${run.pieces.length} lines. There are more: narrow the search.]`];
  return run.end.reason === 'timeout' ? ['[The search took too long and was ended; there may be more.]'] : [];
}
