import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { emptySum, type Sum } from './run-many.ts';

export type FarmOptions = {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly mutant?: string | undefined;
  /** Ends after the first stretch with a failure. */
  readonly stopsAtFailure: boolean;
  /** Ends when what is under way is done. */
  readonly signal: AbortSignal;
  readonly onProgress: (sum: Sum) => void;
};

/** Seeds that a process is given at a time. */
const stretchSeeds = 100;

/** Runs seeds in several processes. What a seed does depends on nothing but itself, so it does not matter which process runs it. */
export async function runFarm(options: FarmOptions): Promise<Sum> {
  const sum = emptySum();
  const end = options.from + options.seeds;
  let next = options.from;

  function give(child: ChildProcess): boolean {
    if (next >= end || options.signal.aborted || (options.stopsAtFailure && sum.failures.length > 0)) return false;
    const count = Math.min(stretchSeeds, end - next);
    child.send({ from: next, count, mutant: options.mutant });
    next += count;
    return true;
  }

  async function work(): Promise<void> {
    // In a group of its own: Ctrl+C is for the one that gives the stretches, also while this one is still starting.
    const child = fork(join(import.meta.dirname, 'stretch-child.ts'), {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', code => (child.killed ? resolve() : reject(new Error(`a process ended with ${code}`))));
      child.on('message', (part: Sum) => {
        add(sum, part);
        options.onProgress(sum);
        if (!give(child)) child.kill();
      });
      if (!give(child)) child.kill();
    });
  }

  await Promise.all(Array.from({ length: options.jobs }, work));
  sum.failures.sort((a, b) => a.seed - b.seed);
  return sum;
}

function add(sum: Sum, part: Sum): void {
  for (const key of ['seeds', 'ends', 'kills', 'stops', 'steps', 'onSqlite', 'twice'] as const) sum[key] += part[key];
  sum.failures.push(...part.failures);
}
