import { AppError } from '../core/error.ts';
import type { ProcessEnd } from '../core/ports.ts';
import { oneLine } from '../core/text.ts';
import type { Program } from './program.ts';

export type WorkspaceDiff = {
  /** As git writes it, against the last commit; cut in its middle where it is too long, which a line of it says. */
  readonly diff: string;
  /** Files that git does not know and is not told to leave out. */
  readonly newFiles: readonly string[];
};

/** A repository's own monitors, pagers and drivers are not run. */
const settings = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false'];
const plain = ['--no-color', '--no-ext-diff', '--no-textconv'];

/** What is changed in the workspace; undefined when it is in no git repository. AppError `bad-input` when git cannot tell. */
export async function workspaceDiff({ run }: Pick<Program, 'run'>): Promise<WorkspaceDiff | undefined> {
  const git = (...args: string[]) => run('git', [...settings.flatMap(setting => ['-c', setting]), ...args]);
  const inside = await git('rev-parse', '--is-inside-work-tree');
  if (inside.reason === 'not-started') throw failed(inside);
  if (!isOk(inside) || inside.output.trim() !== 'true') return undefined;
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  const base = isOk(head) ? 'HEAD' : (await must(git('hash-object', '-t', 'tree', '/dev/null'))).trim();
  const diff = await must(git('diff', ...plain, base, '--'));
  const names = await must(git('ls-files', '--others', '--exclude-standard', '-z'));
  return { diff, newFiles: names.split('\0').filter(name => name !== '') };
}

async function must(running: Promise<ProcessEnd>): Promise<string> {
  const end = await running;
  if (!isOk(end)) throw failed(end);
  return end.output;
}

function isOk({ reason, exitCode }: ProcessEnd): boolean {
  return reason === 'exited' && exitCode === 0;
}

function failed({ message, output, reason }: ProcessEnd): AppError {
  return new AppError('bad-input', `git cannot tell what is changed: ${oneLine(message ?? (output || reason), 500)}`);
}
