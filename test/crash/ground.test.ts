import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtProgram } from '../fakes/built-program.ts';
import { createMachine, type Machine } from '../fakes/run-program.ts';
import { temporaryDirectory } from '../fakes/workspace.ts';
import { gather } from './evidence.ts';
import { judge, soundness } from './judge.ts';
import { underStrace } from './round.ts';
import { createPlaybook, prompts } from './scenario.ts';
import { createWorld } from './world.ts';

/** A small file system of its own. Needs root; without it the test fails rather than pass for nothing. */
async function smallDisk(megabytes: number): Promise<string> {
  const mount = await mkdtemp(join(tmpdir(), 'legwork-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mount]);
  onTestFinished(async () => {
    execFileSync('umount', ['--lazy', mount]);
    await rm(mount, { recursive: true });
  });
  return mount;
}

async function machineOn(directory: string): Promise<Machine> {
  // Compiled code that is kept is neither of the state nor a leftover of it.
  const env = { LEGWORK_NO_COMPILE_CACHE: '1' };
  const machine = await createMachine(createPlaybook(() => 20).replace('name: crash', ''), { directory, env });
  await writeFile(join(machine.cwd, 'notes.txt'), 'one note\n');
  return machine;
}

const evidenceOf = (machine: Machine) =>
  gather({ root: dirname(machine.home), work: machine.cwd, database: databaseOf(machine) });
const databaseOf = ({ home }: Machine) => join(home, 'state', 'legwork.db');
const say = (text: string) => ['-p', '--verbose', '--dangerously-skip-permissions', text];

describe('R2 a full disk', () => {
  test.each([190, 270, 350, 430])(
    'R2 the disk is full when %i KB are written: it is said, nothing is half stored, and work goes on when there is space',
    async kilobytes => {
      const disk = await smallDisk(3);
      const machine = await machineOn(disk);
      await machine.run(['chats', 'list']);
      const { bavail, bsize } = await statfs(disk);
      const ballast = join(disk, 'ballast');
      await writeFile(ballast, Buffer.alloc(bavail * bsize - kilobytes * 1024));

      const first = machine.start(say(prompts[0]), '');
      await first.sees('stderr', 'the disk is full');
      await rm(ballast);
      const end = await first.ended;
      const again = end.code === 0 ? end : await machine.run(['-p', '-c', '--dangerously-skip-permissions']);
      const second = await machine.run(['-c', ...say(prompts[1])]);

      expect([again.code, second.code]).toEqual([0, 0]);
      const evidence = await evidenceOf(machine);
      expect(evidence && judge(evidence)).toEqual([]);
      expect(evidence?.tasks.map(task => task.failures)).toEqual([[], []]);
    },
    60_000,
  );

  test('R2 no space for what a person says: it is said, exit code 1, and nothing of it is stored', async () => {
    const disk = await smallDisk(3);
    const machine = await machineOn(disk);
    await machine.run(['chats', 'list']);
    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize - 40 * 1024));

    const first = await machine.run(say(prompts[0]));
    await rm(join(disk, 'ballast'));
    const evidence = await evidenceOf(machine);

    expect(first).toMatchObject({ code: 1, stdout: '' });
    expect(first.stderr).toContain(`${databaseOf(machine)}: the disk is full`);
    expect(first.stderr).not.toContain('    at ');
    expect(evidence === undefined ? [] : soundness(evidence)).toEqual([]);
    expect(machine.server.requests).toEqual([]);
  }, 60_000);
});

const says = prompts.flatMap(text => ['--say', text]);

test.each([
  ['pwrite64', 'ENOSPC', [3, 40, 150, 270, 390, 510, 630]],
  ['fsync', 'EIO', [5, 20, 36]],
] as const)(
  'R2 one call of %s fails with %s, wherever it is: nothing is half stored, lost or doubled',
  async (call, error, places) => {
    for (const n of places) {
      const world = await createWorld(createPlaybook(() => 0));
      try {
        const first = await world.start(says, underStrace(call, `error=${error}:when=${n}`)).ended;
        if (first.code !== 0) expect(first.errors).toMatch(/the disk is full|reading or writing failed/);
        const last = await world.start(says).ended;
        const evidence = await gather(world);

        expect([n, last.code, last.errors]).toEqual([n, 0, '']);
        expect([n, evidence && judge(evidence)]).toEqual([n, []]);
      } finally {
        await world.dispose();
      }
    }
  },
  180_000,
);

describe('R2 where the program stands', () => {
  test('R2 a read-only file system is said with the path, and nothing is asked', async () => {
    const disk = await smallDisk(3);
    const machine = await machineOn(disk);
    await machine.run(['chats', 'list']);
    execFileSync('mount', ['-o', 'remount,ro', disk]);

    const refused = await machine.run(say(prompts[0]));
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    const then = await machine.run(say(prompts[0]));

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(databaseOf(machine));
    expect(refused.stderr).not.toContain('    at ');
    expect(then.code).toBe(0);
  }, 60_000);

  test.each([
    ['a file in place of the state directory', async (home: string) => writeFile(join(home, 'state'), 'hello')],
    [
      'a directory in place of the database',
      async (home: string) => void (await mkdir(join(home, 'state', 'legwork.db'), { recursive: true })),
    ],
    [
      'a text in place of the database',
      async (home: string) => {
        await mkdir(join(home, 'state'));
        await writeFile(join(home, 'state', 'legwork.db'), 'hello '.repeat(100));
      },
    ],
  ])(
    'R2 %s: exit code 1, the path, what helps, and no stack',
    async (_, spoil) => {
      const machine = await machineOn(await temporaryDirectory());
      await spoil(machine.home);

      const refused = await machine.run(say(prompts[0]));

      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain(join(machine.home, 'state'));
      expect(refused.stderr).not.toMatch(/ {4}at |this is a bug/);
    },
    60_000,
  );

  test('R2 a state directory that cannot be: exit code 1 at once', async () => {
    const machine = await createMachine('replies: []\n', {
      env: { LEGWORK_HOME: '/proc/nowhere' },
    });

    const refused = await machine.run(say(prompts[0]));

    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('/proc/nowhere/state cannot be made');
  }, 60_000);

  test('R2 the state directory goes away while it works: it is said, and when it is back the next run goes on', async () => {
    const machine = await createMachine(slow);
    const state = join(machine.home, 'state');
    const program = machine.start(say('go'), '');
    await program.sees('stderr', 'Glob');

    await rename(state, `${state}.away`);
    const ended = await program.ended;
    await rename(`${state}.away`, state);
    const next = await machine.run(['-p', '-c', '--dangerously-skip-permissions']);

    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`${databaseOf(machine)} was deleted or moved while it was in use`);
    expect(ended.stderr).not.toContain('    at ');
    expect(next).toMatchObject({ code: 0, stdout: 'Done at last.\n' });
  }, 60_000);

  test('R2 the working directory is deleted while it works: the model is told, and the run comes to its end', async () => {
    const machine = await createMachine(gone);

    const ended = await machine.run(say('go'));

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain(`Told: Error: ${machine.cwd} does not exist`);
  }, 60_000);

  test('R2 the working directory was deleted before it starts: exit code 2, and no stack', async () => {
    const machine = await createMachine('replies: []\n');
    const script = 'mkdir x && cd x && rmdir ../x && exec "$@"';

    const ended = spawnSync('sh', ['-c', script, 'sh', process.execPath, builtProgram, ...say('go')], {
      cwd: machine.cwd,
      env: machine.env,
      encoding: 'utf8',
    });

    expect([ended.status, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain('the working directory was deleted');
    expect(ended.stderr).not.toContain('    at ');
  }, 60_000);
});

const slow = `replies:
  - when: { step: 12 }
    say: Done at last.
  - say: Looking.
    delay_ms: 250
    call: [{ tool: Glob, input: { pattern: "*.{{step}}" } }]
`;
const gone = `replies:
  - when: { step: 1 }
    say: I go.
    call: [{ tool: Bash, input: { command: 'rm -rf "$PWD"', description: Go away } }]
  - when: { step: 2 }
    say: And look.
    call: [{ tool: Grep, input: { pattern: x } }]
  - say: 'Told: {{result}}'
`;
