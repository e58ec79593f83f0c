import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./child.ts', import.meta.url));

export type Child = {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; lines: string[]; errors: string }>;
  /** Resolves when it has said that many lines. */
  readonly said: (count: number) => Promise<void>;
};

/** Starts `child.ts` with a job. */
export function startChild(...args: string[]): Child {
  return startChildUnder([], ...args);
}

/** The same with a command in front of it. */
export function startChildUnder(under: readonly string[], ...args: string[]): Child {
  const [command = '', ...rest] = [...under, process.execPath, script, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  const waiting = new Set<() => void>();
  const lines = () => output.split('\n').slice(0, -1);
  child.stdout.on('data', chunk => {
    output += chunk;
    for (const look of waiting) look();
  });
  child.stderr.on('data', chunk => {
    errors += chunk;
  });
  const ended = new Promise<Awaited<Child['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, lines: lines(), errors }));
  });
  const said = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (lines().length < count) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended after ${lines().length} lines: ${errors}`)), reject);
    });
  return { process: child, ended, said };
}
