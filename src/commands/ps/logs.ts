import type { WorkerAtWork } from '../../tasks/at-work.ts';
import type { Program } from '../../tasks/program.ts';
import { workerLogPath } from '../../tasks/worker-log.ts';

export type WithLog = WorkerAtWork & {
  /** File with what it says, when it was started in the background here. */ readonly log?: string;
};

/** A log that was last written before the process registered is of an older process with the same number; this much is for the clocks. */
const slackMs = 10_000;

export function withLogs(
  { files, stateDir, host }: Pick<Program, 'files' | 'stateDir' | 'host'>,
  found: readonly WorkerAtWork[],
): Promise<WithLog[]> {
  return Promise.all(
    found.map(async one => {
      const { worker } = one;
      if (worker.kind !== 'worker' || worker.host !== host) return one;
      const log = workerLogPath(stateDir, worker.pid);
      const stat = await files.stat(log);
      return stat && stat.mtimeMs + slackMs >= worker.startedAt ? { ...one, log } : one;
    }),
  );
}
