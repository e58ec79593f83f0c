import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createMachine } from '../fakes/run-program.ts';
import { livingIn } from './living.ts';

const replies = `replies:
  - when: { agent: primary, from: user, contains: delegate }
    say: I send one.
    call: [{ tool: Task, input: { subagent_type: explore, description: Look around, prompt: "sub look", run_in_background: true } }]
  - when: { agent: primary, from: notification }
    say: Heard of it.
  - when: { agent: primary }
    say: It is at work.
  - when: { agent: explore, step: 4 }
    say: I saw it all.
  - when: { agent: explore }
    say: 'Step {{step}}.'
    delay_ms: 300
    call: [{ tool: Glob, input: { pattern: "*.{{step}}" } }]
`;
const rubbish = Buffer.from([0, 255, 254, 10, 27, 91, 50, 74, 195]);

/** What a crash or a bad disk can do to the file. What is a beginning of what the log says is only added to, without a word. */
const damages: readonly { how: string; isSaid: boolean; damage: (text: string) => Buffer }[] = [
  { how: 'torn in the middle of a line', isSaid: false, damage: text => Buffer.from(text.slice(0, -7)) },
  {
    how: 'torn in the middle of a character',
    isSaid: true,
    damage: text => Buffer.concat([Buffer.from(text), Buffer.from([0xe2, 0x82])]),
  },
  {
    how: 'overwritten in its middle',
    isSaid: true,
    damage: text => Buffer.concat([Buffer.from(text.slice(0, 30)), rubbish, Buffer.from(text.slice(39))]),
  },
  {
    how: 'filled up with zeros',
    isSaid: true,
    damage: text => Buffer.concat([Buffer.from(text), Buffer.alloc(4_096)]),
  },
  { how: 'empty', isSaid: false, damage: () => Buffer.alloc(0) },
];

test.each(damages)(
  'R3 a transcript is $how when its program is killed: the log has all, and the file is made good',
  async ({ isSaid, damage }) => {
    const machine = await createMachine(replies);
    const folder = join(machine.home, 'state', 'transcripts');
    const program = machine.start(['-p', '--verbose', 'delegate'], '');
    const file = async () => {
      const [name] = (await readdir(folder, { recursive: true }).catch((): string[] => [])).filter(one =>
        one.endsWith('.log'),
      );
      return name === undefined ? undefined : join(folder, name);
    };
    await expect.poll(async () => readFile((await file()) ?? '', 'utf8').catch(() => '')).toContain('Step 2.');
    program.child.kill('SIGKILL');
    await program.ended;
    const path = (await file()) ?? '';
    await writeFile(path, damage(await readFile(path, 'utf8')));

    const next = await machine.run(['-p', '-c']);
    const id = path.slice(path.lastIndexOf('/') + 1, -'.log'.length);
    const found = await readFile(path, 'utf8');
    const shown = await machine.run(['tasks', 'transcript', id]);
    await machine.run(['tasks', 'transcript', id, '--rebuild']);

    expect(next).toMatchObject({ code: 0, stdout: 'Heard of it.\n' });
    for (const step of [1, 2, 3]) expect(shown.stdout.split(`Step ${step}.`)).toHaveLength(2);
    expect(found).toBe(await readFile(path, 'utf8'));
    const log = await readFile(join(machine.home, 'state', 'legwork.log'), 'utf8').catch(() => '');
    expect(log.includes('a transcript was not what the log says')).toBe(isSaid);
    expect(await livingIn(dirname(machine.cwd))).toEqual([]);
  },
  60_000,
);

test('R3 rubbish at the end of a finished transcript costs nothing: the command shows what the log says', async () => {
  const machine = await createMachine(replies);
  const ran = await machine.run(['-p', 'delegate']);
  const folder = join(machine.home, 'state', 'transcripts');
  const [name = ''] = (await readdir(folder, { recursive: true })).filter(one => one.endsWith('.log'));
  const before = await readFile(join(folder, name), 'utf8');

  await appendFile(join(folder, name), rubbish);
  const shown = await machine.run(['tasks', 'transcript', name.slice(name.lastIndexOf('/') + 1, -'.log'.length)]);

  expect(ran.code).toBe(0);
  expect(shown.stdout).toBe(before);
}, 60_000);
