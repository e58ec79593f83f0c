import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtProgram } from '../fakes/built-program.ts';
import { expectWithin } from '../fakes/pace.ts';
import { createMachine, type Machine, type RunningProgram } from '../fakes/run-program.ts';
import { cpuMsOf, livingIn } from './living.ts';

/** A command that ignores what can be ignored, and has a child in a session of its own that does the same and holds the output open. */
const stubborn = `#!/bin/bash
trap '' TERM HUP INT QUIT
if [ "$1" = alone ]; then echo $$ >> pids; while :; do sleep 1; done; fi
(setsid ./stubborn alone &)
echo $$ >> pids
while :; do sleep 1; done
`;
/** The same without a will of its own: it ends when it is told to. */
const tame = `#!/bin/bash
printf '%s\\n%s\\n' $$ $$ >> pids
exec sleep 60
`;
const replies = `replies:
  - when: { step: 1, agent: primary, contains: delegate }
    say: I send one.
    call: [{ tool: Task, input: { subagent_type: general-purpose, description: Stay long, prompt: "sub stay", run_in_background: true } }]
  - when: { step: 1 }
    say: I run it.
    call: [{ tool: Bash, input: { command: ./stubborn, description: Stay } }]
default: { say: That is over. }
`;
/** Throws where nobody catches, when it is told to. */
const bug = "process.on('SIGUSR2', () => { throw new Error('a bug'); });";

async function stubbornMachine(): Promise<Machine> {
  const machine = await createMachine(replies, { env: { NODE_OPTIONS: '--import ./bug.mjs' } });
  await writeFile(join(machine.cwd, 'stubborn'), stubborn, { mode: 0o755 });
  await writeFile(join(machine.cwd, 'bug.mjs'), bug);
  onTestFinished(async () => {
    for (const { pid } of await livingIn(dirname(machine.cwd))) process.kill(pid, 'SIGKILL');
  });
  return machine;
}

/** The command and its child run. */
async function bothRun(machine: Machine): Promise<void> {
  const pids = () => readFile(join(machine.cwd, 'pids'), 'utf8').catch(() => '');
  await expect.poll(async () => (await pids()).trim().split('\n').length, { timeout: 20_000 }).toBe(2);
}

const ways = [
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
  ['SIGKILL', null],
  ['SIGUSR2', 1],
] as const;
const faces: readonly [string, (machine: Machine) => Promise<RunningProgram>][] = [
  ['headless', async machine => machine.start(['-p', '--dangerously-skip-permissions', 'go'], '')],
  [
    'headless with a subagent',
    async machine => machine.start(['-p', '--dangerously-skip-permissions', 'delegate'], ''),
  ],
  [
    'worker',
    async machine => {
      await machine.run(['tasks', 'add', 'sub stay', '--permission-mode', 'bypass']);
      return machine.start(['worker'], '');
    },
  ],
];

describe.each(faces)('R17 %s', (_, begin) => {
  test.each(ways)(
    'R17 %s: within two seconds nothing is left, exit code %s',
    { timeout: 60_000 },
    async (signal, code) => {
      const machine = await stubbornMachine();
      const program = await begin(machine);
      await bothRun(machine);

      const since = performance.now();
      program.child.kill(signal);
      const ended = await program.ended;
      let left = await livingIn(dirname(machine.cwd));
      while (left.length > 0 && performance.now() - since < 10_000) left = await livingIn(dirname(machine.cwd));
      const tookMs = performance.now() - since;

      expect(left).toEqual([]);
      expect(ended.code).toBe(code);
      await expectWithin(2_000, async () => tookMs);
      if (signal === 'SIGUSR2') expect(ended.stderr).toContain('a bug');
    },
  );
});

test('R17 SIGHUP that comes again and again, as from a terminal that goes away, does not cut the leave short', {
  timeout: 60_000,
}, async () => {
  const machine = await stubbornMachine();
  await writeFile(join(machine.cwd, 'stubborn'), tame, { mode: 0o755 });
  const added = await machine.run(['tasks', 'add', 'sub stay', '--permission-mode', 'bypass', '--json']);
  const program = machine.start(['worker'], '');
  await bothRun(machine);

  const again = setInterval(() => program.child.kill('SIGHUP'), 20);
  const ended = await program.ended;
  clearInterval(again);

  const processes = await machine.run(['ps', '--json']);
  const log = await machine.run(['tasks', 'log', JSON.parse(added.stdout).id]);
  expect(ended.code).toBe(129);
  expect(JSON.parse(processes.stdout)).toEqual([]);
  expect(log.stdout).toContain('the program that ran it was closed');
});

test('R18 a command in its own session, that ignores TERM and holds the output open, is gone after its timeout', async () => {
  const machine = await createMachine(
    `replies:
  - when: { step: 1 }
    say: I run it.
    call: [{ tool: Bash, input: { command: ./stubborn, description: Stay, timeout_ms: 2500 } }]
default: { say: 'Told: {{result}}' }
`,
  );
  await writeFile(join(machine.cwd, 'stubborn'), stubborn, { mode: 0o755 });

  const ended = await machine.run(['-p', '--dangerously-skip-permissions', 'go']);

  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/^Told: .*(timed out|timeout)/is);
  expect((await readFile(join(machine.cwd, 'pids'), 'utf8')).trim().split('\n')).toHaveLength(2);
  expect(await livingIn(dirname(machine.cwd))).toEqual([]);
}, 60_000);

test('R18 what forked twice and holds the output open does not keep the call: it returns a second after the exit', async () => {
  const machine = await createMachine(
    `replies:
  - when: { step: 1 }
    say: I run it.
    call: [{ tool: Bash, input: { command: "(./stubborn alone &) ; while [ ! -s pids ]; do sleep 0.05; done; echo is out", description: Leave } }]
default: { say: 'Told: {{result}}' }
`,
  );
  await writeFile(join(machine.cwd, 'stubborn'), stubborn, { mode: 0o755 });

  const since = performance.now();
  const ended = await machine.run(['-p', '--dangerously-skip-permissions', 'go']);
  const tookMs = performance.now() - since;

  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('is out') });
  // Start, a second, leaving.
  await expectWithin(3_000, async () => tookMs);
  expect(await livingIn(dirname(machine.cwd))).toEqual([]);
}, 60_000);

test('R17 the terminal goes away: a headless run and all it started are gone within two seconds', async () => {
  const machine = await stubbornMachine();
  const command = `${process.execPath} ${builtProgram} -p --dangerously-skip-permissions go`;
  const terminal = spawn('script', ['-qfc', command, '/dev/null'], {
    cwd: machine.cwd,
    env: machine.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  await bothRun(machine);

  const since = performance.now();
  terminal.kill('SIGKILL');
  let left = await livingIn(dirname(machine.cwd));
  while (left.length > 0 && performance.now() - since < 10_000) left = await livingIn(dirname(machine.cwd));
  const tookMs = performance.now() - since;
  const tasks = await machine.run(['chats', 'list', '--json']);

  expect(left).toEqual([]);
  await expectWithin(2_000, async () => tookMs);
  expect(JSON.parse(tasks.stdout)).toHaveLength(1);
}, 60_000);

test('R17 what a worker started in order and let go of stays when it leaves in order', async () => {
  const machine = await createMachine(
    `replies:
  - when: { step: 1 }
    say: I start it.
    call: [{ tool: Bash, input: { command: "setsid sleep 317 < /dev/null > /dev/null 2>&1 & echo $! > pid; sleep 0.1", description: Start it } }]
default: { say: It runs. }
`,
  );

  const ended = await machine.run(['-p', '--dangerously-skip-permissions', 'go']);
  const pid = Number(await readFile(join(machine.cwd, 'pid'), 'utf8'));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));

  expect(ended).toMatchObject({ code: 0, stdout: 'It runs.\n' });
  expect((await livingIn(dirname(machine.cwd))).map(one => one.pid)).toEqual([pid]);
}, 60_000);

test('R17 a worker that has nothing to do uses less than one hundredth of a processor', async () => {
  const machine = await createMachine(replies);
  const worker = machine.start(['worker'], '');
  await worker.sees('stderr', 'legwork');
  const { pid } = worker.child;
  if (pid === undefined) throw new Error('the worker did not start');
  const measuredMs = 5_000;
  const pass = (ms: number) => new Promise(resolve => setTimeout(resolve, ms)); // Real time is what is measured.

  await pass(1_000);
  const before = await cpuMsOf(pid);
  await pass(measuredMs);
  const used = (await cpuMsOf(pid)) - before;

  expect(used).toBeLessThanOrEqual(measuredMs / 100);
}, 60_000);
