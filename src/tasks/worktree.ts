import { join } from 'node:path';
import { AppError } from '../core/error.ts';
import { shortId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { Files, Processes } from '../core/ports.ts';
import { cutMiddle, oneLine } from '../core/text.ts';
import type { Task } from '../store/rows.ts';

export type Worktrees = {
  /** AppError `bad-input` when no worktree can be made for work in that directory; changes nothing. */
  check(cwd: string): Promise<void>;
  /** Makes the worktree of a task, or finds the one of an earlier attempt; returns the directory to work in. AppError `bad-input` or `store`. */
  open(task: WorktreeTask): Promise<string>;
  /** Where the task works, when there is a worktree of it already. Makes none. */
  find(task: WorktreeTask): Promise<string | undefined>;
  /** Commits what is not committed, and says on which branch it is and what changed; undefined when there is no worktree. */
  conclude(task: WorktreeTask): Promise<string | undefined>;
  /** Removes worktree and branch when they hold nothing that their base has not. */
  removeUnchanged(task: WorktreeTask): Promise<void>;
};
type WorktreeTask = Pick<Task, 'id' | 'description'> & { readonly spec: Pick<Task['spec'], 'cwd'> };

export type WorktreeDeps = {
  readonly processes: Processes;
  readonly files: Pick<Files, 'stat' | 'makeDirectory' | 'realPath'>;
  /** Where worktrees are put; absolute. */
  readonly directory: string;
  /** Of the git processes. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
};

/** A repository's own hooks and monitors are not run for a worktree of ours. */
const settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'commit.gpgSign=false'];
const author = ['user.name=Legwork', 'user.email=legwork@localhost'];

type Ended = { readonly isOk: boolean; readonly output: string };

/**
 * Worktrees of tasks with `isolation: worktree`: `<directory>/<short id>` on the branch `legwork/<short id>`, made from the commit that is checked
 * out where the task was made; the ref `refs/legwork-base/<short id>` remembers that commit. Work is never lost: a worktree is removed only
 * when it is clean and its branch has no commit of its own.
 */
export function createWorktrees(deps: WorktreeDeps): Worktrees {
  const nameOf = ({ id }: WorktreeTask) => `legwork/${shortId(id)}`;
  const placeOf = ({ id }: WorktreeTask) => join(deps.directory, shortId(id));
  const baseOf = ({ id }: WorktreeTask) => `refs/legwork-base/${shortId(id)}`;
  const exists = async (task: WorktreeTask) => (await deps.files.stat(join(placeOf(task), '.git'))) !== undefined;

  async function git(cwd: string, args: readonly string[], more: readonly string[] = []): Promise<Ended> {
    const options = [...settings, ...more].flatMap(setting => ['-c', setting]);
    const env = { ...deps.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
    const run = deps.processes.start('git', [...options, ...args], {
      cwd,
      env,
      timeoutMs: deps.limits.worktreeGitMs,
      maxOutputBytes: deps.limits.commandOutputBytes,
    });
    const end = await run.done;
    return { isOk: end.reason === 'exited' && end.exitCode === 0, output: (end.message ?? end.output).trim() };
  }

  async function must(cwd: string, args: readonly string[], more: readonly string[] = []): Promise<string> {
    const { isOk, output } = await git(cwd, args, more);
    if (isOk) return output;
    throw new AppError('store', `git ${args.join(' ')} failed in ${cwd}: ${oneLine(output, 500)}`);
  }

  async function check(cwd: string): Promise<void> {
    const inside = await git(cwd, ['rev-parse', '--is-inside-work-tree']);
    if (!inside.isOk || inside.output !== 'true')
      throw new AppError('bad-input', `isolation "worktree" needs a git repository, and ${cwd} is in none`);
    const head = await git(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
    if (!head.isOk)
      throw new AppError(
        'bad-input',
        `isolation "worktree" needs a commit to begin with; the one of ${cwd} has none yet`,
      );
  }

  /** The directory in the worktree that corresponds to the one where the task was made. */
  async function directoryIn(task: WorktreeTask): Promise<string> {
    const prefix = await must(task.spec.cwd, ['rev-parse', '--show-prefix']);
    const directory = join(await deps.files.realPath(placeOf(task)), prefix);
    await deps.files.makeDirectory(directory);
    return directory;
  }

  async function add(task: WorktreeTask): Promise<void> {
    const { cwd } = task.spec;
    const name = nameOf(task);
    await check(cwd);
    await must(cwd, ['worktree', 'prune']);
    await deps.files.makeDirectory(deps.directory, { mode: 0o700 });
    const hasBranch = (await git(cwd, ['rev-parse', '--verify', '--quiet', `refs/heads/${name}`])).isOk;
    if (hasBranch) return void (await must(cwd, ['worktree', 'add', '--quiet', placeOf(task), name]));
    await must(cwd, ['update-ref', baseOf(task), 'HEAD']);
    await must(cwd, ['worktree', 'add', '--quiet', '-b', name, placeOf(task), baseOf(task)]);
  }

  async function isChanged(task: WorktreeTask): Promise<boolean> {
    const place = placeOf(task);
    if ((await must(place, ['status', '--porcelain'])) !== '') return true;
    return (await must(place, ['rev-parse', 'HEAD'])) !== (await must(place, ['rev-parse', baseOf(task)]));
  }

  /** Why what is not committed could not be, or undefined. */
  async function commitAll(task: WorktreeTask): Promise<string | undefined> {
    const place = placeOf(task);
    if ((await must(place, ['status', '--porcelain'])) === '') return undefined;
    const added = await git(place, ['add', '--all']);
    if (!added.isOk) return added.output;
    const message = oneLine(task.description, 72) || 'Work of a subagent';
    const committed = await git(place, ['commit', '--quiet', '--no-verify', '-m', message], author);
    return committed.isOk ? undefined : committed.output;
  }

  return {
    check,
    async open(task) {
      if (!(await exists(task))) await add(task);
      return directoryIn(task);
    },
    async find(task) {
      return (await exists(task)) ? directoryIn(task) : undefined;
    },
    async conclude(task) {
      if (!(await exists(task))) return undefined;
      const place = placeOf(task);
      const problem = await commitAll(task);
      if (!(await isChanged(task))) return 'Worktree: nothing was changed.';
      const branch = (await must(place, ['branch', '--show-current'])) || `${nameOf(task)} (HEAD is detached)`;
      const stat = await must(place, ['diff', '--stat', baseOf(task), 'HEAD']);
      const lines = [
        `Worktree: branch ${branch} in ${place}`,
        cutMiddle(stat, deps.limits.worktreeStatChars, omitted => `[… ${omitted} characters left out …]`),
        ...(problem === undefined ? [] : [`Not committed, kept in the worktree: ${oneLine(problem, 300)}`]),
      ];
      return lines.join('\n');
    },
    async removeUnchanged(task) {
      if (!(await exists(task)) || (await isChanged(task))) return;
      await must(task.spec.cwd, ['worktree', 'remove', '--force', placeOf(task)]);
      await must(task.spec.cwd, ['branch', '--quiet', '-D', nameOf(task)]);
      await must(task.spec.cwd, ['update-ref', '-d', baseOf(task)]);
    },
  };
}
