import { expect, test } from 'vitest';
import { createMachine, type Machine } from '../fakes/run-program.ts';

const replies = `replies:
  - say: Looked around.
default:
  say: Looked around.
`;

async function json(machine: Machine, ...args: string[]) {
  const { code, stdout, stderr } = await machine.run([...args, '--json']);
  if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}\n${stderr}`);
  return JSON.parse(stdout);
}

const completedRuns = async (machine: Machine) => {
  const { runs } = await json(machine, 'schedules', 'show', 'tick');
  return runs.filter((run: { status: string }) => run.status === 'completed').length;
};

test('T20 a conversation that is open fires schedules and runs what they make, in a chat of their own', async () => {
  const machine = await createMachine(replies);
  await machine.run(['schedules', 'add', 'tick', 'every 1 seconds', 'look']);
  const program = machine.start([]);

  await expect.poll(() => completedRuns(machine), { interval: 200, timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  await machine.run(['schedules', 'disable', 'tick']);
  program.child.stdin.end();
  const { code } = await program.ended;

  const people = await json(machine, 'chats', 'list');
  const agents = await json(machine, 'chats', 'list', '--agent');
  expect(code).toBe(0);
  expect(agents.map((chat: { title: string }) => chat.title)).toEqual(['Schedule: tick']);
  expect(people).toEqual([]);
}, 60_000);

test('T20 a headless run fires no schedule, a worker that ends when it is idle fires what is due', async () => {
  const machine = await createMachine(replies);
  await machine.run(['schedules', 'add', 'tick', 'every 1 seconds', 'look', '--catch-up', 'one']);
  const isDue = async () => Date.parse((await json(machine, 'schedules', 'show', 'tick')).next_at) < Date.now();
  await expect.poll(isDue, { interval: 200, timeout: 30_000 }).toBe(true);

  const headless = await machine.run(['-p', 'hello']);
  const before = await json(machine, 'tasks', 'list');
  await machine.run(['worker', '--until-idle']);

  expect(headless).toMatchObject({ code: 0, stdout: 'Looked around.\n' });
  expect(before).toEqual([]);
  expect(await completedRuns(machine)).toBeGreaterThanOrEqual(1);
}, 60_000);
