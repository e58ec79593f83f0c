import { mkdtemp, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type OwnFolder = {
  /** Real path. */
  readonly path: string;
  /** Ends every process that was started in or with this folder, waits until none is left, and removes it. */
  remove(): Promise<void>;
};

/** After so long a process that does not die of KILL is a failure of its own. */
const patienceMs = 30_000;

/** An empty temporary folder of a test. Whoever makes it removes it with `remove`, since a process that still writes would put back what is being removed. */
export async function createFolder(name = 'test'): Promise<OwnFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `legwork-${name}-`)));
  return {
    path,
    async remove() {
      await endProcessesOf(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/**
 * Living processes other than this one that work in a folder or below it, were started with its path among their words, or have it in
 * their environment: also those that left their parent and their session. By /proc; elsewhere none are found.
 */
export async function processesOf(folder: string): Promise<{ pid: number; words: string }[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter(name => /^\d+$/.test(name) && Number(name) !== process.pid);
  const rows = await Promise.all(
    pids.map(async pid => {
      // One that ends meanwhile, or that is somebody else's, has nothing to say.
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const [words, environment] = await Promise.all([read('cmdline'), read('environ')]);
      const isOurs = isBelow(cwd, folder) || [...words.split('\0'), environment].some(text => text.includes(folder));
      return isOurs ? [{ pid: Number(pid), words: words.replaceAll('\0', ' ').trim() }] : [];
    }),
  );
  return rows.flat();
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Again and again: one that is being killed can have started another. */
async function endProcessesOf(folder: string): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let found = await processesOf(folder); found.length > 0; found = await processesOf(folder)) {
    if (performance.now() > end) throw new Error(`cannot be ended: ${JSON.stringify(found)}`);
    for (const { pid } of found) kill(pid);
    await setTimeout(10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
