import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { builtProgram } from '../fakes/built-program.ts';
import { expectWithin } from '../fakes/pace.ts';
import { createMachine, type Machine } from '../fakes/run-program.ts';

const slowReader = join(import.meta.dirname, 'slow-reader.ts');
const replies = `replies:
  - when: { from: user, contains: long }
    say: '{{input}}'
  - when: { step: 1, contains: lines }
    say: "one\\ntwo\\nthree"
    call: [{ tool: Glob, input: { pattern: "*" } }]
  - when: { from: tool }
    say: "one\\ntwo\\nthree"
    delay_ms: 200
  - when: { from: user, contains: again }
    say: Still here.
`;

type Piped = { readonly codes: readonly number[]; readonly out: string; readonly err: string };

/** A pipeline as people write it; `codes` are those of its parts. */
async function pipeline(machine: Machine, command: string): Promise<Piped> {
  const script = `${command}; echo "codes \${PIPESTATUS[@]}"`;
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const child = execFile(
      'bash',
      ['-c', script],
      { cwd: machine.cwd, env: machine.env, maxBuffer: 16 * 1024 * 1024 },
      (error, out, err) => (error ? reject(error) : resolve({ stdout: out, stderr: err })),
    );
    child.stdin?.end();
  });
  const [, out = '', codes = ''] = /^(.*)codes ([\d ]+)\n$/s.exec(stdout) ?? [];
  return { codes: codes.split(' ').map(Number), out, err: stderr };
}

const program = `'${process.execPath}' '${builtProgram}'`;

test.each(['text', 'json', 'stream-json'])(
  'R19 -p --output-format %s | head -1: a quiet exit, and the state is saved',
  async format => {
    const machine = await createMachine(replies);

    const piped = await pipeline(machine, `${program} -p --output-format ${format} lines | head -1`);
    const next = await machine.run(['-p', '-c', 'again']);

    expect(piped.err).toBe('');
    expect([0, 141]).toContain(piped.codes[0]);
    expect(piped.out.trimEnd().split('\n')).toHaveLength(1);
    // What was cut is gone on with first.
    expect(next).toMatchObject({ code: 0, stdout: expect.stringMatching(/^(Still here\.|one\ntwo\nthree)\n$/) });
  },
  60_000,
);

test('R19 nobody reads at all: a quiet exit, and the answer is in the chat', async () => {
  const machine = await createMachine(replies);

  const piped = await pipeline(machine, `${program} -p lines | true`);
  const chats = await machine.run(['chats', 'list', '--json']);

  expect(piped.err).toBe('');
  expect([0, 141]).toContain(piped.codes[0]);
  expect(JSON.parse(chats.stdout)).toHaveLength(1);
}, 60_000);

/** More than a pipe holds, by what is then taken a kilobyte a second. */
const chars = 64 * 1024 + 6_000;

test('R19 a pipe that takes 1 KB a second: every byte comes, exit code 0', async () => {
  const machine = await createMachine(replies);
  await writeFile(join(machine.cwd, 'long'), `long ${'y'.repeat(chars - 5)}`);

  const piped = await pipeline(machine, `${program} -p < long | '${process.execPath}' '${slowReader}' 8`);

  expect(piped.err).toBe('');
  expect(piped.codes).toEqual([0, 0]);
  expect(JSON.parse(piped.out)).toEqual({ total: chars + 1, isWhole: true });
}, 60_000);

test('R19 a signal while nobody takes what is written: it leaves all the same, and says that it was cut', async () => {
  const machine = await createMachine(replies);
  const [input, pipe] = [join(machine.cwd, 'long'), join(machine.cwd, 'pipe')];
  await writeFile(input, `long ${'y'.repeat(4 * chars)}`);
  execFileSync('mkfifo', [pipe]);
  const read = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const child = spawn(process.execPath, [builtProgram, '-p'], {
    cwd: machine.cwd,
    env: machine.env,
    stdio: [openSync(input, 'r'), openSync(pipe, 'w'), 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const closed = once(child, 'close');
  await expect.poll(() => hasByte(read), { timeout: 30_000 }).toBe(true);

  const since = performance.now();
  child.kill('SIGTERM');
  const [code] = await closed;
  const tookMs = performance.now() - since;

  expect(code).toBe(143);
  await expectWithin(limits.leaveInAllMs + 200, async () => tookMs);
  expect(stderr).toContain('what it was writing is cut');
}, 60_000);

/** Takes one, if there is one. */
function hasByte(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
    throw error;
  }
}
