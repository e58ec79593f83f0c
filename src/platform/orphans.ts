import { readdirSync, readFileSync } from 'node:fs';
import { callMarker } from './descendants.ts';

/**
 * Kills what the tools of a process of this program had started and left behind when it died: by /proc, whatever carries its mark in its
 * environment. For a process that is gone only. On systems without /proc nothing is found.
 */
export function endOrphans(pid: number): void {
  if (process.platform !== 'linux') return;
  const mark = Buffer.from(`${callMarker}=${pid}.`);
  const killed = new Set<string>();
  // Again until none is new: one that was not killed yet can have started another one behind the look.
  for (let before = -1; killed.size > before; ) {
    before = killed.size;
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name) && Number(name) !== process.pid && killedWith(mark, name)) killed.add(name);
    }
  }
}

function killedWith(mark: Buffer, name: string): boolean {
  try {
    const environment = readFileSync(`/proc/${name}/environ`);
    const at = environment.indexOf(mark);
    if (at < 0 || (at > 0 && environment[at - 1] !== 0)) return false;
    process.kill(Number(name), 'SIGKILL');
    return true;
  } catch (error) {
    // It has ended in the meantime, or is somebody else's: none of ours.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
