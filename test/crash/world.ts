import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFolder } from '../fakes/folder.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../fakes/model-server/server.ts';
import { programs } from './programs.ts';
import type { Said } from './said.ts';

/** Code that was compiled once is not compiled again for each of hundreds of processes. */
const compileCache = join(tmpdir(), `legwork-crash-compile-${process.getuid?.() ?? 0}`);

export type World = {
  /** Everything below is in here. */
  readonly root: string;
  readonly state: string;
  readonly database: string;
  readonly work: string;
  readonly server: ModelServer;
  /** Starts the driver; `under`: a command in front of it. */
  start(args: readonly string[], under?: readonly string[]): Driver;
  /** Ends every process of it, a stopped one too, and removes it. */
  dispose(): Promise<void>;
};

export type Driver = {
  /** Of what was started: the driver, or what it runs under. */
  readonly process: ChildProcess;
  readonly said: readonly Said[];
  /** Resolves with the first line that fits; rejects when the driver ends before. */
  until<T extends Said>(fits: (said: Said) => said is T): Promise<T>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly errors: string }>;
};

/** A home, a folder to work in and a scripted model server of its own. */
export async function createWorld(playbook: string, options: Pick<ModelServerOptions, 'hold'> = {}): Promise<World> {
  const folder = await createFolder('crash');
  const root = folder.path;
  const work = join(root, 'work');
  await mkdir(work);
  await writeFile(join(work, 'notes.txt'), 'one note\n');
  const server = await startModelServer({ ...options, playbook, strict: true });
  const state = join(root, 'home', 'state');
  return {
    root,
    state,
    database: join(state, 'legwork.db'),
    work,
    server,
    start: (args, under = []) => startDriver({ root, work, url: server.url, args, under }),
    async dispose() {
      await server.stop();
      await folder.remove();
    },
  };
}

type Start = { root: string; work: string; url: string; args: readonly string[]; under: readonly string[] };

function startDriver({ root, work, url, args, under }: Start): Driver {
  const [command = '', ...rest] = [...under, process.execPath, programs.driver, ...args];
  const child = spawn(command, rest, {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME: root,
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      LEGWORK_HOME: join(root, 'home'),
      OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
      NODE_COMPILE_CACHE: compileCache,
    },
  });
  const said: Said[] = [];
  const listeners = new Set<() => void>();
  let unfinished = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unfinished + chunk).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) said.push(JSON.parse(line));
    for (const listener of [...listeners]) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const ended = new Promise<Awaited<Driver['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, errors }));
  });
  const until = <T extends Said>(fits: (one: Said) => one is T) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = said.find(fits);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      ended.then(
        end => reject(new Error(`the driver ended before (${end.code ?? end.signal}): ${end.errors}`)),
        reject,
      );
    });
  return { process: child, said, until, ended };
}
