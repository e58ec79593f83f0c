import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { median, quantile } from './measure.ts';

const acrossRounds = 30;

/** A chat of 50,000 entries, from the start of the program to its last entry on the screen's side. */
export async function benchResume(): Promise<Record<string, number>> {
  return runChild('resume');
}

/** From the commit that ends a background task to the commit that begins the turn of its idle owner, in one process and in two. */
export async function benchNotify(): Promise<Record<string, number>> {
  const { times_ms: times } = await runChild('notify');
  const across = await runAcross('hint');
  const lost = await runAcross('lost');
  return {
    p50_ms: median(times),
    p99_ms: quantile(times, 0.99),
    across_p50_ms: median(across),
    across_p99_ms: quantile(across, 0.99),
    across_lost_p50_ms: median(lost),
    across_lost_max_ms: quantile(lost, 1),
  };
}

/** One process owns the tasks and another one runs them; with the hint lost, the owner never hears of the commits of the other. */
async function runAcross(hint: 'hint' | 'lost'): Promise<number[]> {
  return inHome(async start => {
    const owner = start('across-child.ts', 'owner', 'quick.yaml', `${acrossRounds}`, hint);
    const chat = await owner.firstLine;
    const worker = start('across-child.ts', 'worker', 'quick.yaml', chat);
    const lines = await owner.ended;
    worker.end();
    await worker.ended;
    return JSON.parse(lines.at(-1) ?? '').times_ms;
  });
}

// What the child prints is of its own making.
// biome-ignore lint/suspicious/noExplicitAny: see above
function runChild(what: string): Promise<any> {
  return inHome(async start => JSON.parse((await start('chat-child.ts', what, 'quick.yaml').ended).join('')));
}

type Child = {
  readonly firstLine: Promise<string>;
  /** All lines; rejects when it did not end with exit code 0. */
  readonly ended: Promise<string[]>;
  /** Ends its standard input. */
  end(): void;
};

/** Runs scripts of this folder in a home of their own, which has the playbook `quick.yaml`. */
async function inHome<T>(use: (start: (script: string, ...args: string[]) => Child) => Promise<T>): Promise<T> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  try {
    await writeFile(join(home, 'quick.yaml'), 'name: quick\nreplies: []\ndefault: { say: Done. }\n');
    return await use((script, ...args) => {
      const file = join(import.meta.dirname, script);
      const words = ['--no-warnings', file, ...args];
      return watched(spawn(process.execPath, words, { env, cwd: home, stdio: ['pipe', 'pipe', 'inherit'] }));
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function watched(child: ChildProcessByStdio<Writable, Readable, null>): Child {
  let output = '';
  let tell: (line: string) => void = () => {};
  const firstLine = new Promise<string>(resolve => {
    tell = resolve;
  });
  child.stdout.on('data', chunk => {
    output += chunk;
    if (output.includes('\n')) tell(output.slice(0, output.indexOf('\n')));
  });
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
    return output.trimEnd().split('\n');
  });
  return { firstLine, ended, end: () => void child.stdin.end() };
}
