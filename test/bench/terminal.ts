import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startModelServer } from '../fakes/model-server/server.ts';
import { cpuOf, type Pty, pssOf, startInPty } from '../fakes/pty.ts';
import { interleave, median, quantile } from './measure.ts';

const root = join(import.meta.dirname, '..', '..');
const legwork = join(root, 'bin', 'legwork.cjs');
const minimalInk = join(import.meta.dirname, 'minimal-ink.mjs');
const pairs = 11;
const keys = 60;
const idleSeconds = 5;

type Figures = Record<string, number>;
type At = { readonly env: Readonly<Record<string, string>>; readonly cwd: string };

/**
 * The interface in a terminal, from outside: start to the first key that shows, beside the smallest Ink program; memory and CPU at rest; key to
 * screen, at rest and with subagents that stream; long answers in few and in many pieces.
 */
export async function benchTerminal(): Promise<Figures> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'legwork-bench-')));
  const at: At = {
    cwd: home,
    env: {
      HOME: home,
      LEGWORK_HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    },
  };
  try {
    await writeFile(join(home, 'quiet.yaml'), 'name: quiet\nreplies: []\ndefault: { say: ok }\n');
    return {
      ...(await benchPrompt(at)),
      ...(await benchRest(at)),
      ...(await benchAnswer(at, 49)),
      ...(await benchAnswer(at, 10_000)),
      ...(await benchCrowd(at, 100)),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function benchPrompt(at: At): Promise<Figures> {
  const { a, b } = await interleave(
    pairs,
    () => untilUsable(at, [legwork, '--model', 'playbook/quiet.yaml']),
    () => untilUsable(at, [minimalInk]),
  );
  return { prompt_x: median(a) / median(b), prompt_ms: median(a), prompt_reference_ms: median(b) };
}

/** A key that was pressed before it was there shows. */
async function untilUsable(at: At, args: readonly string[]): Promise<number> {
  const pty = startInPty({ ...at, args, typed: 'q' });
  try {
    const startedAt = await pty.startedAt;
    return (await pty.sees(/q/)) - startedAt;
  } finally {
    await pty.end();
  }
}

async function benchRest(at: At): Promise<Figures> {
  const pty = startInPty({ ...at, args: [legwork, '--model', 'playbook/quiet.yaml'] });
  try {
    await pty.sees(/quiet\.yaml/);
    await pause(2_000);
    const pid = await pty.pid();
    const before = await cpuOf(pid);
    await pause(idleSeconds * 1_000);
    const idle = ((await cpuOf(pid)) - before) / (idleSeconds * 10);
    const times = await pressKeys(pty);
    return {
      idle_pss_mb: await pssOf(pid),
      idle_cpu_percent: idle,
      key_p50_ms: median(times),
      key_p95_ms: quantile(times, 0.95),
    };
  } finally {
    await pty.end();
  }
}

/** Times from key to screen, one key after the other, each another than the one before. */
async function pressKeys(pty: Pty): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < keys; turn++) {
    const character = String.fromCodePoint(0x4e00 + turn);
    const from = pty.output().length;
    const begin = performance.now();
    pty.write(character);
    times.push((await pty.sees(new RegExp(character), from)) - begin);
    await pause(20);
  }
  return times;
}

/** 200 KB of markdown: from the request until its last word is on the screen. */
async function benchAnswer(at: At, pieces: number): Promise<Figures> {
  const section =
    '## Part\n\nSome **bold** prose with `code` and [a link](https://a.example) that goes on for a while.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a: number = 1; // one\n```\n\n';
  const text = `${section.repeat(Math.ceil(200_000 / section.length))}\n\nTHE-END`;
  const playbook = { name: 'long', replies: [], default: { say: text, chunk_chars: Math.ceil(text.length / pieces) } };
  const server = await startModelServer({ playbook: JSON.stringify(playbook) });
  const env = { ...at.env, OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`, OPENAI_COMPATIBLE_API_KEY: 'key' };
  const shown: number[] = [];
  const used: number[] = [];
  try {
    for (let round = 0; round < 5; round++) {
      const pty = startInPty({ ...at, env, args: [legwork, '--model', 'openai-compatible/m'] });
      try {
        await pty.sees(/openai-compatible/);
        await pause(1_000);
        const pid = await pty.pid();
        const before = await cpuOf(pid);
        const count = server.requests.length;
        pty.write('go\r');
        const seenAt = await pty.sees(/THE-END/);
        const request = server.requests[count];
        if (!request) throw new Error('the request is not in the log of the server');
        shown.push(seenAt + performance.timeOrigin - request.at);
        await pause(300);
        used.push((await cpuOf(pid)) - before);
      } finally {
        await pty.end();
      }
    }
  } finally {
    await server.stop();
  }
  return { [`answer_${pieces}_ms`]: median(shown), [`answer_${pieces}_cpu_ms`]: median(used) };
}

/** Key to screen while so many subagents stream. */
async function benchCrowd(at: At, count: number): Promise<Figures> {
  const calls = Array.from({ length: count }, (_, index) => ({
    tool: 'Task',
    input: { subagent_type: 'explore', prompt: `part ${index}`, description: `Part ${index}`, run_in_background: true },
  }));
  const playbook = {
    name: 'crowd',
    replies: [
      { when: { agent: 'primary', from: 'user', contains: 'go' }, say: 'I send them.', call: calls },
      { when: { agent: 'explore' }, say: 'word '.repeat(20_000), chunk_chars: 20, chunk_delay_ms: 100 },
    ],
    default: { say: 'They are at work.' },
  };
  await writeFile(join(at.cwd, 'crowd.yaml'), JSON.stringify(playbook));
  await writeFile(
    join(at.cwd, 'settings.json'),
    JSON.stringify({
      concurrency: { max: 1_000, per_model: { 'playbook/*': 1_000 } },
      limits: { calls_per_step: 1_000, tasks_per_turn: 1_000 },
    }),
  );
  const pty = startInPty({ ...at, args: [legwork, '--model', 'playbook/crowd.yaml', '--permission-mode', 'bypass'] });
  try {
    await pty.sees(/crowd\.yaml/);
    pty.write('go\r');
    await pty.sees(/They are at work/);
    await pause(3_000);
    const pid = await pty.pid();
    const before = await cpuOf(pid);
    const begin = performance.now();
    const times = await pressKeys(pty);
    const cpu = ((await cpuOf(pid)) - before) / ((performance.now() - begin) / 100);
    if (/\u001b\[[23]J/.test(pty.output())) throw new Error('the screen was cleared');
    return { [`crowd_${count}_key_p95_ms`]: quantile(times, 0.95), [`crowd_${count}_cpu_percent`]: cpu };
  } finally {
    await pty.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
