import { expect, test } from 'vitest';
import { slashCommands } from '../../../src/plain/commands.ts';
import { agentNamed } from '../../fakes/agent-named.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until } from '../../fakes/program.ts';
import { cast, type Latch, latch, onceOpen, says } from '../../fakes/script-model.ts';
import { createStage } from '../../fakes/stage.ts';

const agents = [agentNamed('general-purpose'), agentNamed('explore', { model: 'other/model', tools: ['Look'] })];

async function begin(): Promise<{ program: TestProgram; stage: ReturnType<typeof createStage>; hold: Latch }> {
  const hold = latch();
  const world = await createWorld(
    cast([says('heard')], { slow: onceOpen(hold, says('slow is done')), quick: says('quick is done') }),
    { agents },
  );
  const program = await world.open();
  return { program, stage: createStage(program, slashCommands), hold };
}

test('/task sends a subagent in the background, and its end wakes the conversation', async () => {
  const { program, stage } = await begin();

  const rows = await stage.give('task', 'general-purpose quick\nand well');
  await program.quiet();

  const [task] = await program.tasks();
  expect(rows.at(-1)).toBe(`  Sent: ${task?.id.slice(-8)}`);
  expect(task).toMatchObject({
    prompt: 'quick\nand well',
    isBackground: true,
    parentLane: 'main',
    model: 'test/model',
  });
  expect(ofType(await program.entries('main'), 'model:answered').map(({ text }) => text)).toEqual(['heard']);
});

test('/task takes the model that was chosen, unless the definition names one', async () => {
  const { program, stage } = await begin();
  stage.choice.handle = 'chosen/model';

  await stage.give('task', 'explore quick');
  await stage.give('task', 'general-purpose quick');

  expect((await program.tasks()).map(({ model }) => model)).toEqual(['other/model', 'chosen/model']);
});

test('/task works under what is permitted in the chat now', async () => {
  const { program, stage } = await begin();
  await stage.give('mode', 'plan');
  await until(() => program.chat.policy.policy.mode === 'plan');

  await stage.give('task', 'general-purpose quick');

  const [task] = await program.tasks();
  expect(task?.spec.policies.map(({ mode }) => mode)).toEqual(['plan', 'plan']);
});

test.each([
  ['explore', '/task explore needs what is to be done'],
  ['nobody do it', 'Invalid subagent type "nobody". Available types: explore, general-purpose'],
  ['show', '/task show needs the id of a task'],
  ['send zzzzzz hello', 'there is no task "zzzzzz"'],
])('/task %s says what would be right, and sends nobody', async (rest, message) => {
  const { program, stage } = await begin();

  await expect(stage.give('task', rest)).rejects.toThrow(message);

  expect(await program.tasks()).toEqual([]);
});

test('a task is listed, shown, told something, stopped and retried by a part of its id', async () => {
  const { program, stage, hold } = await begin();
  await stage.give('task', 'general-purpose slow');
  await until(async () => (await program.tasks())[0]?.status === 'running');
  const task = await taskNamed(program, 'slow');
  const id = task.id.slice(-6);

  const listed = await stage.give('tasks');
  const shown = await stage.give('task', `show ${id}`);
  const told = await stage.give('task', `send ${id} leave the tests alone`);
  const stopped = await stage.give('stop', id);
  const again = await stage.give('task', `stop ${id}`);
  const retried = await stage.give('task', `retry ${id}`);
  hold.open();

  expect(listed[1]).toMatch(new RegExp(`^  ${task.id.slice(-8)}  running    slow · general-purpose · `));
  expect(shown.slice(1, 5)).toEqual([
    'slow',
    `  task        ${task.id}`,
    '  status      running',
    '  agent       general-purpose on test/model',
  ]);
  expect(told.at(-1)).toBe('  "slow" reads it at its next step');
  expect(stopped.at(-1)).toBe('  "slow" is stopped');
  expect(again.at(-1)).toBe('  "slow" had ended: stopped');
  expect(retried.at(-1)).toBe('  "slow" is queued');
});

test('/task wait says when it is over, and what came of it is shown', async () => {
  const { program, stage, hold } = await begin();
  await stage.give('task', 'general-purpose slow');
  const task = await taskNamed(program, 'slow');

  const waiting = stage.give('task', `wait ${task.id}`);
  hold.open();
  await program.quiet();
  const rows = await waiting;
  const shown = await stage.give('task', `show ${task.id}`);

  expect(stage.notices).toEqual(['waiting for "slow"']);
  expect(rows.at(-1)).toBe(`  "slow" (${task.id.slice(-8)}): completed`);
  expect(shown.at(-1)).toBe('  slow is done');
});

test('a chat without tasks says so', async () => {
  const { stage } = await begin();

  expect(await stage.give('tasks')).toEqual(['> /tasks', '  This chat has no tasks.']);
});
