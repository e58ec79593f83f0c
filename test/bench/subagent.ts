import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runNode } from './measure.ts';

const subagents = 100;
const waiting = 1_000;
/** Three steps with a tool call each, and the report. */
const playbook = `
name: subagents
replies:
  - when: { prompt: Wait }
    say: That took long.
    delay_ms: 600000
  - when: { prompt: Work, step: 1 }
    say: I read the first file.
    call: [{ tool: Read, input: { file_path: a.txt } }]
  - when: { prompt: Work, step: 2 }
    say: I read the second file.
    call: [{ tool: Read, input: { file_path: b.txt } }]
  - when: { prompt: Work, step: 3 }
    say: I read the third file.
    call: [{ tool: Read, input: { file_path: c.txt } }]
default: { say: I have read all three. }
`;

export type Measured = { rss_mb: number; grown_mb: number; cpu_ms: number; wall_ms: number };
/** Runs a script of this folder in a process of its own, on the scripted server; it prints one line of JSON. */
type Run = <T = Measured>(script: string, ...args: string[]) => Promise<T>;

/** Memory and time of subagents in one process; the server is another one. The reference makes as many requests by bare fetch. */
export function benchSubagents(): Promise<Record<string, number>> {
  return withScriptedServer(async run => {
    const worked = await run('subagent-child.ts', '--count', `${subagents}`);
    const fetched = await run('fetch-many.mjs', `${subagents}`, '4');
    const waited = await run('subagent-child.ts', '--count', `${waiting}`, '--prompt', 'Wait', '--until', 'waiting');
    return {
      mb_each: worked.grown_mb / subagents,
      cpu_each_ms: worked.cpu_ms / subagents,
      hundred_ms: worked.wall_ms,
      reference_mb_each: fetched.grown_mb / subagents,
      reference_cpu_each_ms: fetched.cpu_ms / subagents,
      cpu_x: worked.cpu_ms / fetched.cpu_ms,
      thousand_waiting_mb: waited.rss_mb,
    };
  });
}

/** With the scripted server in another process, and a folder that has what the subagents read. */
export async function withScriptedServer<T>(use: (run: Run) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, `${name}.txt`), `The file ${name}.\n`.repeat(50));
  await writeFile(join(root, 'playbook.yaml'), playbook);
  const { server, url } = await startServer(join(root, 'playbook.yaml'));
  try {
    return await use(async (script, ...args) => {
      const file = join(import.meta.dirname, script);
      const env = {
        HOME: root,
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
      };
      const { stdout } = await runNode({ args: ['--expose-gc', '--no-warnings', file, ...args], env, cwd: root });
      return JSON.parse(stdout);
    });
  } finally {
    server.kill('SIGTERM');
    await rm(root, { recursive: true, force: true });
  }
}

async function startServer(path: string): Promise<{ server: ChildProcess; url: string }> {
  const main = join(import.meta.dirname, '..', 'fakes', 'model-server', 'main.ts');
  const server = spawn(process.execPath, ['--no-warnings', main, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = await once(server.stdout, 'data');
  return { server, url: String(chunk).trim() };
}
