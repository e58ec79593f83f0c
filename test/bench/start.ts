import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ModelServer, startModelServer } from '../fakes/model-server/server.ts';
import { type Command, interleave, median, type ProcessRun, runNode } from './measure.ts';

const root = join(import.meta.dirname, '..', '..');
const legwork = join(root, 'bin', 'legwork.cjs');
const fetchClient = join(import.meta.dirname, 'fetch-client.mjs');
const pairs = 21;
const answer = 'It is a small tool.';
const playbook = `{ name: one-line, replies: [], default: { say: '${answer}' } }`;

/** Whole processes of the built program beside the smallest program that does the same. Figures end in `_x` (ratio of medians) or `_ms` (medians). */
export async function benchStart(): Promise<Record<string, number>> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  const server = await startModelServer({ playbook });
  try {
    const env = {
      HOME: home,
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`,
      OPENAI_COMPATIBLE_API_KEY: 'key',
    };
    const cached = { env, cwd: home };
    const uncached = { env: { ...env, LEGWORK_NO_COMPILE_CACHE: '1' }, cwd: home };
    return {
      ...(await benchVersion(cached)),
      ...(await benchAnswer(server, cached, 'answer')),
      ...(await benchAnswer(server, uncached, 'answer_uncached')),
    };
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

type At = Pick<Command, 'env' | 'cwd'>;

async function benchVersion(at: At): Promise<Record<string, number>> {
  const { a, b } = await interleave(
    pairs,
    () => runNode({ ...at, args: [legwork, '--version'] }),
    () => runNode({ ...at, args: ['-e', '0'] }),
  );
  const [ours, bare] = [median(a.map(run => run.ms)), median(b.map(run => run.ms))];
  return { version_x: ours / bare, version_ms: ours, version_reference_ms: bare };
}

async function benchAnswer(server: ModelServer, at: At, name: string): Promise<Record<string, number>> {
  const args = [legwork, '-p', '--model', 'openai-compatible/m', 'What is this?'];
  const { a, b } = await interleave(
    pairs,
    () => timedAnswer(server, { ...at, args }),
    () => timedAnswer(server, { ...at, args: [fetchClient, `${server.url}/v1`, 'What is this?'] }),
  );
  const [ours, bare] = [median(a.map(run => run.ms)), median(b.map(run => run.ms))];
  return {
    [`${name}_x`]: ours / bare,
    [`${name}_ms`]: ours,
    [`${name}_reference_ms`]: bare,
    [`${name}_until_request_ms`]: median(a.map(run => run.untilRequestMs)),
    [`${name}_after_last_byte_ms`]: median(a.map(run => run.afterLastByteMs)),
    [`${name}_reference_after_last_byte_ms`]: median(b.map(run => run.afterLastByteMs)),
  };
}

type AnswerRun = ProcessRun & { readonly untilRequestMs: number; readonly afterLastByteMs: number };

/** The server is in this process: its clock says when the request came and when the last byte had gone. */
async function timedAnswer(server: ModelServer, command: Command): Promise<AnswerRun> {
  const count = server.requests.length;
  const begin = Date.now();
  const run = await runNode(command);
  if (run.stdout.trim() !== answer) throw new Error(`the answer is ${JSON.stringify(run.stdout)}`);
  const request = server.requests[count];
  if (request?.endedAt === undefined) throw new Error('the request is not in the log of the server');
  return { ...run, untilRequestMs: request.at - begin, afterLastByteMs: run.endedAt - request.endedAt };
}
