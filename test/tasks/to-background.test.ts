import { expect, test } from 'vitest';
import { backgroundAllAsked, backgroundAsked } from '../../src/tasks/asked.ts';
import { createWorld, ofType, rounds, type TestProgram, taskNamed, until, user } from '../fakes/program.ts';
import { cast, latch, onceOpen, says, uses } from '../fakes/script-model.ts';

const inFront = (name: string): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name },
];
const person = ({ store, base }: TestProgram) => ({ store, base, user, host: 'test', from: 'terminal' as const });

/** The conversation waits for a task that is held while it speaks. */
async function heldInFront(...more: (readonly [string, unknown])[]) {
  const hold = latch();
  const world = await createWorld(
    cast([uses(inFront('held'), ...more), says('I go on'), says('heard')], {
      held: onceOpen(hold, says('its report')),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(async () =>
    (await program.tasks()).some(({ description, status }) => description === 'held' && status === 'running'),
  );
  return { world, program, id: (await taskNamed(program, 'held')).id, release: () => hold.open() };
}

const results = async (program: TestProgram) =>
  ofType(await program.entries('main'), 'tool:ended').map(({ text }) => text);

test('S9 a task in front goes to the background: its call returns as in S6, its work goes on, its end is delivered', async () => {
  const { world, program, id, release } = await heldInFront();

  const moved = await backgroundAllAsked(person(program), { chatId: world.chatId });
  await program.quietButTasks();
  const before = await results(program);
  release();
  await program.quiet();

  expect(moved).toBe(1);
  expect(before).toEqual([
    expect.stringMatching(
      new RegExp(
        `^Task running in background with task ID: ${id}\nAgent ID: .*\nOutput file: /.*\n\n.*delivered.*poll`,
      ),
    ),
  ]);
  const entries = await program.entries();
  expect(ofType(entries, 'task:backgrounded')).toHaveLength(1);
  expect(ofType(entries, 'task:started')).toHaveLength(1);
  expect(await program.store.task(id)).toMatchObject({ status: 'completed', attempt: 1, isBackground: true });
  const [told, ...others] = ofType(entries, 'notification:delivered');
  expect(others).toEqual([]);
  expect(told?.text).toContain('its report');
  expect((await program.store.audit({ taskId: id })).map(({ what, from }) => `${from} ${what}`)).toEqual([
    'terminal task:backgrounded',
  ]);
});

test('S9 the row and its entry are one commit: a task that is in the background, has ended or is asked twice is not moved', async () => {
  const { program, id, release } = await heldInFront();
  const chatId = program.chat.chat.id;

  const both = await Promise.all([
    backgroundAsked(person(program), { id, chatId }),
    backgroundAsked(person(program), { id, chatId }),
  ]);
  release();
  await program.quiet();
  const afterEnd = await backgroundAsked(person(program), { id, chatId });

  expect(both.toSorted()).toEqual([false, true]);
  expect(afterEnd).toBe(false);
  expect(ofType(await program.entries(), 'task:backgrounded')).toHaveLength(1);
});

test('S9 killed at that very commit, the next start lets the call return, and nothing is done twice', async () => {
  const { world, program, id, release } = await heldInFront();
  const died = program.killAfter(1);
  void backgroundAsked(person(program), { id, chatId: world.chatId });
  await died;
  await world.clock.advance(1_000);

  const second = await world.open();
  const moved = await second.store.task(id);
  release();
  await second.quiet();

  expect(moved?.isBackground).toBe(true);
  const entries = await second.entries();
  expect(ofType(entries, 'task:backgrounded')).toHaveLength(1);
  expect(ofType(entries, 'task:ended')).toHaveLength(1);
  expect(await second.tasks()).toHaveLength(1);
  const told = ofType(entries, 'notification:delivered').flatMap(({ tasks }) => tasks);
  const [result] = await results(second);
  // Either the call came to read the end, or it was delivered: one of them, once.
  expect([result?.includes('its report'), told.length]).toEqual(
    result?.includes('its report') ? [true, 0] : [false, 1],
  );
  expect(await second.store.pending(world.chatId, 'main')).toEqual([]);
});

test.each(['move first', 'end first'] as const)(
  'S9 a task that ends in the same moment is heard of once: %s',
  async order => {
    const { world, program, id, release } = await heldInFront();
    const move = () => backgroundAsked(person(program), { id, chatId: world.chatId });

    if (order === 'end first') release();
    await rounds(order === 'end first' ? 3 : 0);
    const moving = move();
    release();
    await moving;
    await program.quiet();

    const told = ofType(await program.entries(), 'notification:delivered').flatMap(({ tasks }) => tasks);
    const [result] = await results(program);
    expect((result?.includes('its report') ? 1 : 0) + told.length).toBe(1);
    expect(await program.store.pending(world.chatId, 'main')).toEqual([]);
  },
);

test('S9 what a subagent waits for in front stays with it', async () => {
  const hold = latch();
  const world = await createWorld(
    cast([uses(inFront('outer')), says('I go on'), says('heard')], {
      outer: request => (request.messages.length > 2 ? says('outer report') : uses(inFront('inner'))),
      inner: onceOpen(hold, says('inner report')),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(async () => (await program.tasks()).filter(({ status }) => status === 'running').length === 2);

  const moved = await backgroundAllAsked(person(program), { chatId: world.chatId });
  hold.open();
  await program.quiet();

  expect(moved).toBe(1);
  expect(await taskNamed(program, 'outer')).toMatchObject({ status: 'completed', isBackground: true });
  expect(await taskNamed(program, 'inner')).toMatchObject({ status: 'completed', isBackground: false });
});
