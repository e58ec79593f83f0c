import { spawn } from 'node:child_process';
import { AppError, messageOf } from '../core/error.ts';

/** Starts a process that outlives this one: a session of its own, no terminal, no pipes, the same environment. */
export async function startDetached(command: string, args: readonly string[], cwd: string): Promise<{ pid: number }> {
  const child = spawn(command, args, { cwd, detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', error =>
      reject(new AppError('store', `a process of its own could not be started: ${messageOf(error)}`, { cause: error })),
    );
  });
  child.unref();
  if (child.pid === undefined) throw new AppError('store', 'a process of its own was started without a pid');
  return { pid: child.pid };
}
