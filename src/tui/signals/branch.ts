import { messageOf } from '../../core/error.ts';
import type { Log } from '../../core/ports.ts';
import type { Program } from '../../tasks/program.ts';

/** The git branch of the workspace, as it was when it was last looked at. Outside of a repository, and without git, there is none. */
export function createBranch(run: Program['run'], log: Pick<Log, 'error'>, onChange: () => void) {
  const ended = new AbortController();
  let branch: string | undefined;

  async function ask(): Promise<void> {
    const { exitCode, output } = await run('git', ['branch', '--show-current'], ended.signal);
    if (ended.signal.aborted) return;
    const now = exitCode === 0 ? output.trim() || undefined : undefined;
    if (now === branch) return;
    branch = now;
    onChange();
  }

  return {
    now: () => branch,
    look(): void {
      ask().catch(error => {
        if (!ended.signal.aborted) log.error('the git branch cannot be read', { error: messageOf(error) });
      });
    },
    close: () => ended.abort(),
  };
}
