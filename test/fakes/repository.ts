import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from './workspace.ts';

export type Repository = {
  readonly root: string;
  /** Runs git in it; what it printed, trimmed. */
  git(...args: readonly string[]): Promise<string>;
};

const run = promisify(execFile);

/** A git repository in a temporary directory; with a commit of `a.txt` and `sub/b.txt` unless it is to be empty. */
export async function createRepository({ isEmpty = false } = {}): Promise<Repository> {
  const root = await temporaryDirectory();
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: readonly string[]) => {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost', '-c', 'init.defaultBranch=main'];
    return (await run('git', [...who, ...args], { cwd: root, env })).stdout.trim();
  };
  await git('init', '--quiet');
  if (isEmpty) return { root, git };
  await mkdir(join(root, 'sub'));
  await writeFile(join(root, 'a.txt'), 'a\n');
  await writeFile(join(root, 'sub', 'b.txt'), 'b\n');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'First');
  return { root, git };
}
