import { join } from 'node:path';

/** Where the output of a worker goes that was started in the background: one file for each process, by its number. */
export function workerLogPath(stateDir: string, pid: number): string {
  return join(stateDir, 'workers', `${pid}.log`);
}
