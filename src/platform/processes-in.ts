import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Living processes that work below a folder, by /proc: number and command. On systems without /proc none are found. */
export function processesIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      if (cwd !== folder && !cwd.startsWith(`${folder}/`)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`];
    } catch (error) {
      // It has ended in the meantime, or is somebody else's.
      if (!(error instanceof Error && 'code' in error)) throw error;
      return [];
    }
  });
}
