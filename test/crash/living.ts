import { readdir, readFile, readlink } from 'node:fs/promises';

export type Living = { readonly pid: number; readonly command: string };

/** Processes that work below a directory, or name it in their command line or their environment; zombies do not count. */
export async function livingIn(directory: string): Promise<Living[]> {
  const found: Living[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const [cwd, command, environment, status] = await Promise.all([
      readlink(`/proc/${name}/cwd`).catch(nothing),
      readFile(`/proc/${name}/cmdline`, 'utf8').catch(nothing),
      readFile(`/proc/${name}/environ`, 'utf8').catch(nothing),
      readFile(`/proc/${name}/stat`, 'latin1').catch(nothing),
    ]);
    const isZombie = /\) Z /.test(status);
    if (!isZombie && [cwd, command, environment].some(text => text.includes(directory)))
      found.push({ pid: Number(name), command: command.replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** It may end at any moment. */
const nothing = () => '';

/** What waits for the end of a process, to end what its tools had running (`platform/guard.ts`). */
export async function guardsOf(pid: number | undefined): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir('/proc')).filter(one => /^\d+$/.test(one))) {
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(nothing);
    if (command.endsWith(`\0LEGWORK_CALL\0${pid}\0`)) found.push(Number(name));
  }
  return found;
}

/** Milliseconds of the processor that a process has used. */
export async function cpuMsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // utime and stime, in ticks of 10 ms; see proc(5).
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
