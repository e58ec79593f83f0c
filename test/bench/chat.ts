import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { median, quantile, runNode } from './measure.ts';

/** A chat of 50,000 entries, from the start of the program to its last entry on the screen's side. */
export async function benchResume(): Promise<Record<string, number>> {
  return runChild('resume');
}

/** From the commit that ends a background task to the commit that begins the turn of its idle owner. */
export async function benchNotify(): Promise<Record<string, number>> {
  const { times_ms: times } = await runChild('notify');
  return { p50_ms: median(times), p99_ms: quantile(times, 0.99) };
}

// What the child prints is of its own making.
// biome-ignore lint/suspicious/noExplicitAny: see above
async function runChild(what: string): Promise<any> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  try {
    await writeFile(join(home, 'quick.yaml'), 'name: quick\nreplies: []\ndefault: { say: Done. }\n');
    const script = join(import.meta.dirname, 'chat-child.ts');
    const env = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
    const { stdout } = await runNode({ args: ['--no-warnings', script, what, 'quick.yaml'], env, cwd: home });
    return JSON.parse(stdout);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
