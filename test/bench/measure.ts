import { spawn } from 'node:child_process';

export type ProcessRun = {
  readonly ms: number;
  readonly stdout: string;
  /** Milliseconds since 1970 of the moment when its end was seen. */
  readonly endedAt: number;
};

export type Command = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
};

/** Runs `node <args>` as a whole process. Throws when it does not end with exit code 0. */
export function runNode({ args, env, cwd }: Command): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let ms = 0;
    let endedAt = 0;
    child.stdout.on('data', chunk => {
      stdout += chunk;
    });
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('exit', () => {
      ms = performance.now() - begin;
      endedAt = Date.now();
    });
    child.on('close', code => {
      if (code === 0) resolve({ ms, stdout, endedAt });
      else reject(new Error(`node ${args.join(' ')} ended with ${code}: ${stderr}`));
    });
  });
}

/** A and B by turns, so that whatever slows the machine slows both; the first of each is not counted. */
export async function interleave<A, B>(
  pairs: number,
  a: () => Promise<A>,
  b: () => Promise<B>,
): Promise<{ a: A[]; b: B[] }> {
  await a();
  await b();
  const results: { a: A[]; b: B[] } = { a: [], b: [] };
  for (let i = 0; i < pairs; i += 1) {
    results.a.push(await a());
    results.b.push(await b());
  }
  return results;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);
