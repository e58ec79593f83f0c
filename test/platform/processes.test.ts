import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeProcesses } from '../../src/platform/processes.ts';
import { expectWithin } from '../fakes/pace.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';

const { start } = createNodeProcesses(systemClock);
const base = { cwd: '/tmp', env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, maxOutputBytes: 64 * 1024 };
const bash = (command: string, options = {}) => start('bash', ['-c', command], { ...base, ...options });

test('both outputs come in the order in which they were written', async () => {
  const end = await bash('for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; done; exit 7').done;

  expect(end).toMatchObject({ reason: 'exited', exitCode: 7, omittedBytes: 0 });
  expect(end.output).toBe([1, 2, 3, 4, 5].map(i => `out ${i}\nerr ${i}\n`).join(''));
});

test.each([
  ['a command that is not there', () => start('no-such-command', [], base), 'Command not found: no-such-command'],
  [
    'a file that is not executable',
    () => start('/etc/passwd', [], base),
    '/etc/passwd does not exist or is not executable',
  ],
  [
    'a directory that is not there',
    () => start('ls', [], { ...base, cwd: '/no/such' }),
    'The working directory /no/such does not exist',
  ],
])('%s ends as not started', async (_, run, message) => {
  const end = await run().done;

  expect(end).toMatchObject({ reason: 'not-started', message, exitCode: undefined });
});

test('an argument with a null character ends as not started', async () => {
  const end = await start('echo', ['a\0b'], base).done;

  expect(end.reason).toBe('not-started');
});

test('input is given as text, and without it there is none', async () => {
  const given = await start('cat', [], { ...base, stdin: 'héllo' }).done;
  const none = await start('cat', [], base).done;
  const unread = await start('true', [], { ...base, stdin: 'x'.repeat(1_000_000) }).done;

  expect([given.output, none.output, unread.exitCode]).toEqual(['héllo', '', 0]);
});

test('R11 50 MB of output keep head and tail, say what was left out and take little memory', async () => {
  const end = await bash('echo first; head -c 50000000 /dev/zero | tr "\\0" x; echo; echo last').done;

  expect(end.output.length).toBeLessThan(base.maxOutputBytes + 100);
  expect(end.output).toMatch(/^first\nx+\n\[… \d+ bytes left out …\]\nx+\nlast\n$/);
  expect(end.omittedBytes).toBe(50_000_000 + 'first\n\nlast\n'.length - base.maxOutputBytes);
});

test('R11 invalid UTF-8 is replaced and a character that comes in two pieces is whole', async () => {
  const chunks: string[] = [];
  const command = String.raw`printf '\xe2\x82'; sleep 0.2; printf '\xac|\xff|\xed\xa0\x80|'; head -c 3 /dev/zero`;

  const end = await bash(command, { onOutput: (chunk: string) => chunks.push(chunk) }).done;

  expect(end.output).toBe('€|\ufffd|\ufffd\ufffd\ufffd|\0\0\0');
  expect(chunks.join('')).toBe(end.output);
});

test('R41 endless output stays within its memory and its file until it is stopped', async () => {
  const outputFile = join(await temporaryDirectory(), 'yes.log');
  const maxFileBytes = 1_000_000;
  let seen = 0;
  const enough = Promise.withResolvers<void>();
  const onOutput = (chunk: string) => {
    seen += chunk.length;
    if (seen > 300_000_000) enough.resolve();
  };
  const before = process.memoryUsage();

  const running = bash('yes', { outputFile, maxFileBytes, onOutput });
  await enough.promise;
  const after = process.memoryUsage();
  await running.stop();
  const end = await running.done;

  expect(end).toMatchObject({ reason: 'stopped' });
  expect(end.output.length).toBeLessThan(base.maxOutputBytes + 100);
  expect((await stat(outputFile)).size).toBeLessThan(maxFileBytes + 100);
  expect(await readFile(outputFile, 'utf8')).toMatch(/\[… cut at 1000000 bytes …\]\n$/);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(20_000_000);
});

test('R43 an output file is for its user alone', async () => {
  const outputFile = join(await temporaryDirectory(), 'out.log');
  const umask = process.umask(0);

  await bash('echo hello', { outputFile }).done.finally(() => process.umask(umask));

  expect((await stat(outputFile)).mode & 0o777).toBe(0o600);
});

test('an output file that cannot be written is said, and the command runs on', async () => {
  const end = await bash('echo hello', { outputFile: '/no/such/file' }).done;

  expect(end).toMatchObject({ reason: 'exited', exitCode: 0 });
  expect(end.output).toMatch(/^hello\n\n\[The output file is incomplete: ENOENT/);
});

test('a command that takes too long is ended, and what it said is kept', async () => {
  await expectWithin(2_500, async () => {
    const end = await bash('echo begun; sleep 600', { timeoutMs: 1_000 }).done;
    expect(end).toMatchObject({ reason: 'timeout', output: 'begun\n' });
    return end.durationMs;
  });
});

test('R18 what left its group, its session, its parent and its environment, and ignores TERM, is gone after a stop', async () => {
  const directory = await temporaryDirectory();
  const begin = `trap '' TERM; echo $$ >> ${directory}/pids`;
  const keep = 'while true; do sleep 0.2; done';
  const other = `${begin.replace('$$', '\\$\\$')}; ${keep}`;
  const script = `
    (setsid bash -c "${other}" > /dev/null 2>&1 &)
    (env -i /usr/bin/setsid /bin/bash -c "${other}" &)
    ${begin}
    while [ "$(wc -l < ${directory}/pids)" -lt 3 ]; do sleep 0.05; done
    echo ready
    ${keep}`;
  const controller = new AbortController();
  let stoppedAt = Number.NaN;
  const onOutput = (chunk: string) => {
    if (!chunk.includes('ready')) return;
    stoppedAt = performance.now();
    controller.abort();
  };

  // Two seconds from TERM to KILL.
  await expectWithin(4_000, async () => {
    const end = await bash(script, { signal: controller.signal, onOutput }).done;
    expect(end.reason).toBe('stopped');
    return performance.now() - stoppedAt;
  });

  const pids = (await readFile(join(directory, 'pids'), 'utf8')).trim().split('\n').map(Number);
  expect(pids).toHaveLength(3);
  // One that was killed is not found any more a moment before the system is done with it.
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test('R18 the call returns within a second of the exit when something holds the output open, and that is ended', async () => {
  let leftBehind = Number.NaN;
  await expectWithin(1_500, async () => {
    const end = await bash('setsid sleep 321 & echo $!').done;
    leftBehind = Number(end.output.trim());
    expect(end).toMatchObject({ reason: 'exited', exitCode: 0 });
    return end.durationMs;
  });

  expect(leftBehind).toBeGreaterThan(0);
  await expect.poll(() => isAlive(leftBehind)).toBe(false);
});

test('R18 what stays in the group after the exit is ended, also when it let go of the output', async () => {
  let leftBehind = Number.NaN;
  await expectWithin(900, async () => {
    const end = await bash('sleep 322 > /dev/null 2>&1 & echo $!').done;
    leftBehind = Number(end.output.trim());
    return end.durationMs;
  });

  expect(leftBehind).toBeGreaterThan(0);
  await expect.poll(() => isAlive(leftBehind)).toBe(false);
});

test('a signal that was aborted before starts nothing', async () => {
  const running = bash('echo no', { signal: AbortSignal.abort() });

  expect(running.pid).toBeUndefined();
  expect((await running.done).reason).toBe('stopped');
});

test('R42 nothing keeps listening to a signal after the end', async () => {
  const controller = new AbortController();
  let listening = 0;
  const signal = new Proxy(controller.signal, {
    get(target, name) {
      if (name === 'addEventListener') listening += 1;
      if (name === 'removeEventListener') listening -= 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

  await bash('true', { signal }).done;

  expect(listening).toBe(0);
});

/** A zombie is dead: it only waits for its parent to notice. */
function isAlive(pid: number): boolean {
  const text = tryRead(`/proc/${pid}/stat`);
  return text !== undefined && text.slice(text.lastIndexOf(')') + 2)[0] !== 'Z';
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
