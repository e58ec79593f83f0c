import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockHolderOf } from '../../src/platform/lock-holder.ts';
import { worldOfTest } from './drivers.ts';
import { gather } from './evidence.ts';
import { entriesOf, soundness } from './judge.ts';
import { isEntry, isState, type Said } from './said.ts';
import { ownerOfOneTask } from './scenario.ts';
import type { Driver } from './world.ts';

/** The task takes longer than a stop or a block of this test's lasts, so that it is under way before and after. */
const playbook = `
name: slow
replies:
  - when: { prompt: 'Job', tool: Bash }
    say: I am done.
  - when: { prompt: 'Job' }
    say: I note it.
    delay_ms: 1000
    call:
      - { tool: Bash, input: { command: 'echo once >> effects.txt', description: Note it } }
${ownerOfOneTask}`;
const leaseMs = 2_400;
const lease = ['--lease-ms', `${leaseMs}`];
/** What is measured is real time. */
const pass = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const workersOf = ({ said }: Driver) => new Set(said.flatMap(one => (one.kind === 'state' ? [one.worker] : [])));
const answers = ['I send one.', 'It is at work.', 'Heard of it.'];

async function outcome(world: Parameters<typeof gather>[0]) {
  const evidence = await gather(world);
  const entries = evidence?.entries ?? [];
  return {
    problems: evidence && soundness(evidence),
    effects: evidence?.effects,
    tasks: evidence?.tasks.map(({ status, attempt, failures }) => ({ status, attempt, failures })),
    answers: entriesOf(entries, 'model:answered')
      .filter(entry => entry.lane === 'main')
      .map(entry => entry.text),
    told: entriesOf(entries, 'notification:delivered').length,
  };
}
/** Both come to their end, and nobody took anything from the first. */
async function endUndisturbed(world: Parameters<typeof gather>[0], first: Driver, second: Driver): Promise<void> {
  const ends = [await first.ended, await second.ended];

  expect(ends.map(end => [end.code, end.errors])).toEqual(ends.map(() => [0, '']));
  expect(await outcome(world)).toEqual({
    problems: [],
    effects: ['once'],
    tasks: [{ status: 'completed', attempt: 1, failures: [] }],
    answers,
    told: 1,
  });
  expect(workersOf(first).size).toBe(1);
}

test('R14 a whole group is stopped for longer than its leases and woken up: nobody takes the others for dead', async () => {
  const world = await worldOfTest(playbook);
  const first = world.start(['--say', 'Hello', ...lease]);
  await first.until(isEntry('task:started'));
  const second = world.start(lease);
  await second.until(isEntry('task:started'));

  for (const { process } of [first, second]) process.kill('SIGSTOP');
  await pass(2 * leaseMs);
  // Whoever wakes up first sees leases of long ago.
  second.process.kill('SIGCONT');
  await pass(300);
  first.process.kill('SIGCONT');

  await endUndisturbed(world, first, second);
}, 60_000);

test('R15 nothing else happens in a process for ten seconds: it keeps its lease, and goes on', async () => {
  const world = await worldOfTest(playbook);
  const blocked = ['--block-on', 'task:started', '--block-ms', '10000'];
  const first = world.start(['--say', 'Hello', ...blocked]);
  await first.until(isEntry('turn:started'));
  const second = world.start([]);

  await endUndisturbed(world, first, second);
}, 60_000);

test('R15 nothing else happens in a process for longer than its lease: what it wants to write later is refused, and it works on under a new one', async () => {
  const world = await worldOfTest(playbook);
  const blocked = ['--block-on', 'task:started', '--block-ms', `${4 * leaseMs}`];
  const first = world.start(['--say', 'Hello', '--stay', ...blocked, ...lease]);
  await first.until(isEntry('turn:started'));
  const second = world.start(lease);
  await second.until(isState('working'));

  await second.ended;
  const before = workersOf(first);
  await first.until(
    (said): said is Extract<Said, { kind: 'state' }> => said.kind === 'state' && !before.has(said.worker),
  );
  const { problems, effects, tasks, answers: said, told } = await outcome(world);

  expect({ problems, effects, answers: said, told }).toEqual({ problems: [], effects: ['once'], answers, told: 1 });
  expect(tasks).toEqual([{ status: 'completed', attempt: 2, failures: ['the process that ran attempt 1 is gone'] }]);
}, 60_000);

test.each(['SIGCONT', 'SIGKILL'] as const)(
  'R12 a driver is stopped while it holds the lock of all writers: the others wait for it, and go on after %s',
  async signal => {
    const world = await worldOfTest(playbook);
    // In the transaction that ends the task.
    const first = world.start(['--say', 'Hello', '--stop-inside', 'putInbox=2', ...lease]);
    await first.until(isEntry('turn:started'));
    const second = world.start(lease);
    await second.until(isEntry('tool:ended', 'task'));

    await pass(2 * leaseMs);
    const meanwhile = await outcome(world);
    const holder = lockHolderOf(world.database);
    const log = await readFile(join(world.state, 'legwork.log'), 'utf8');
    first.process.kill(signal);
    const end = await second.ended;

    expect(meanwhile).toMatchObject({ problems: [], tasks: [{ status: 'running', attempt: 1 }], told: 0 });
    expect(holder).toContain(`process ${first.process.pid} was stopped while it wrote`);
    expect(log).toContain(`kill -CONT ${first.process.pid}`);
    expect([end.code, end.errors]).toEqual([0, '']);
    const { tasks, ...rest } = await outcome(world);
    expect(rest).toEqual({ problems: [], effects: ['once'], answers, told: 1 });
    expect(tasks).toMatchObject([{ status: 'completed', attempt: signal === 'SIGCONT' ? 1 : 2 }]);
  },
  60_000,
);
