import * as z from 'zod';
import { limits } from '../core/limits.ts';
import type { Files } from '../core/ports.ts';
import { failure, withPathFailures } from './failure.ts';
import { globMatcher } from './glob-match.ts';
import { type InputOf, toolInput } from './input.ts';
import { suggestPaths } from './nearest-names.ts';
import { pathInput } from './path-input.ts';
import { type ResolvePath, shownPath, splitGlob } from './paths.ts';
import { type RgPorts, rgFailure, runRg } from './rg.ts';
import { type AnyTool, defineTool, type ToolContext, type ToolResult } from './tool.ts';

const input = toolInput('Glob', () =>
  z.strictObject({
    pattern: pathInput()
      .max(limits.patternChars)
      .describe('E.g. "**/*.ts", "src/**/*.{js,jsx}", "*.md" (in any directory).'),
    path: pathInput().optional().describe('Directory to search; the working directory by default.'),
    include_ignored: z
      .boolean()
      .default(false)
      .describe('Also files that .gitignore leaves out, e.g. in node_modules.'),
  }),
);
type GlobInput = InputOf<typeof input>;

const prompt = `Finds files by the pattern of their names, the most recently changed first.
- "*" stays within a directory, "**" crosses directories, "{a,b}" is either. A pattern without "/" matches names in any directory.
- Files that .gitignore leaves out are not listed unless include_ignored is set. Directories are not listed, files in them are.
- Returns one path per line, at most ${limits.globResults}. To search in the text of files use Grep.`;

/** Lists files by ripgrep's walk, which knows all of .gitignore's rules; the pattern itself is matched here. */
export function globTool(files: Files, resolvePath: ResolvePath, ports: RgPorts): AnyTool {
  const rootOf = ({ pattern, path }: GlobInput, cwd: string) => {
    const root = path === undefined ? cwd : resolvePath(path, cwd);
    const { base, glob } = splitGlob(pattern);
    return { root: base === '' ? root : resolvePath(base, root), glob };
  };
  return defineTool({
    name: 'Glob',
    prompt,
    input,
    access: 'read',
    subjects: (given, cwd) => [rootOf(given, cwd).root],
    run: (given, context) => {
      const { root, glob } = rootOf(given, context.cwd);
      return withPathFailures(root, () => list(files, ports, root, glob, given, context));
    },
  });
}

async function list(
  files: Files,
  ports: RgPorts,
  root: string,
  glob: string,
  given: GlobInput,
  context: ToolContext,
): Promise<ToolResult> {
  const stat = await files.stat(root);
  if (!stat) return failure(`${root} does not exist.${await suggestPaths(files, root)}`);
  if (stat.kind !== 'directory') return failure(`${root} is not a directory.`);
  const isMatch = globMatcher(given.pattern.includes('/') ? glob : `**/${glob}`);
  let count = 0;
  const run = await runRg(ports, {
    cwd: root,
    args: [
      '--files',
      '--null',
      '--hidden',
      '--no-messages',
      '--no-require-git',
      '--sortr',
      'modified',
      '--glob',
      '!.git',
      ...(given.include_ignored ? ['--no-ignore'] : []),
    ],
    separator: '\0',
    signal: context.signal,
    take: path => {
      if (!isMatch(path)) return false;
      count += 1;
      return count <= limits.globResults;
    },
  });
  const message = rgFailure(run);
  if (message !== undefined) return failure(message);
  const notes = [
    run.end.reason === 'timeout' ? '[The search took too long and was ended; there may be more.]' : '',
    count > run.pieces.length
      ? `[${run.pieces.length} of ${count} files, the most recently changed. Narrow the pattern to see others.]`
      : '',
  ].filter(Boolean);
  const paths = run.pieces.map(path => shownPath(resolveIn(root, path), context.cwd));
  const text = paths.length === 0 ? `No file matches ${given.pattern} in ${root}.` : [...paths, ...notes].join('\n');
  return { text, display: { kind: 'files', count } };
}

function resolveIn(root: string, path: string): string {
  return root.endsWith('/') ? `${root}${path}` : `${root}/${path}`;
}
