import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { builtProgram } from './built-program.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from './model-server/server.ts';
import { temporaryDirectory } from './workspace.ts';

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunningProgram = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
  /** Resolves when that text has come on the stream; rejects when the program ends without it. */
  sees(stream: 'stdout' | 'stderr', text: string): Promise<void>;
};

export type Machine = {
  readonly server: ModelServer;
  /** `LEGWORK_HOME`. */
  readonly home: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts the program; its standard input stays open when `input` is undefined. */
  start(args: readonly string[], input?: string, env?: Readonly<Record<string, string>>): RunningProgram;
  run(args: readonly string[], input?: string): Promise<Ended>;
};

export type MachineOptions = {
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly hold?: ModelServerOptions['hold'];
  /** Where all of it is kept; default: a directory that is gone after the test. */
  readonly directory?: string;
};

/**
 * The real program beside a scripted model server, with directories of its own; all of it is gone after the test. A lane whose first message
 * begins with `sub` is of the agent `explore`, every other one of `primary`.
 */
export async function createMachine(replies: string, options: MachineOptions = {}): Promise<Machine> {
  const server = await startModelServer({
    playbook: `name: test\n${replies}`,
    strict: true,
    agentOf: ({ messages: [first] }) =>
      first?.role === 'user' && first.text.startsWith('sub') ? 'explore' : 'primary',
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.hold === undefined ? {} : { hold: options.hold }),
  });
  onTestFinished(() => server.stop());
  const root = options.directory ?? (await temporaryDirectory());
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  await mkdir(join(home, 'config'), { recursive: true });
  await mkdir(cwd);
  if (options.settings) await writeFile(join(home, 'config', 'settings.json'), JSON.stringify(options.settings));
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    LEGWORK_HOME: home,
    LEGWORK_MODEL: 'openai-compatible/test',
    OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`,
    ...options.env,
  };
  const start: Machine['start'] = (args, input, more = {}) =>
    startProgram([builtProgram, ...args], { cwd, env: { ...env, ...more } }, input);
  return { server, home, cwd, env, start, run: (args, input = '') => start(args, input).ended };
}

function startProgram(
  args: readonly string[],
  at: { cwd: string; env: Record<string, string> },
  input?: string,
): RunningProgram {
  const child = spawn(process.execPath, [...args], { ...at, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
      for (const listener of listeners) listener();
    });
  }
  // A program that does not read its input has not failed for that.
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  const sees = async (stream: 'stdout' | 'stderr', wanted: string) => {
    let look: () => void = () => undefined;
    const seen = new Promise<'seen'>(resolve => {
      look = () => {
        if (text[stream].includes(wanted)) resolve('seen');
      };
    });
    listeners.add(look);
    look();
    const first = await Promise.race([seen, ended]);
    listeners.delete(look);
    if (first !== 'seen' && !text[stream].includes(wanted))
      throw new Error(`ended (${first.code}) before ${stream} held ${wanted}\n${first.stdout}\n${first.stderr}`);
  };
  return { child, ended, sees };
}
