import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { type AddDeps, addTask } from '../../src/tasks/add-task.ts';
import { retryTask, sendToTask } from '../../src/tasks/resume-task.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { bypass, createWorld, ofType, statusOf, type TestProgram, taskNamed, user } from '../fakes/program.ts';
import { latch, promptOf, says, stepOf, uses } from '../fakes/script-model.ts';

const adding = ({ base }: TestProgram): AddDeps => ({
  base,
  user,
  policy: bypass,
  workspace: '/work',
  limits,
  chooseModel: async () => ({ handle: 'test/model' }) as never, // only the handle is read
});

test('T8 a message does not pass over a dependency: that has failed, or that is not complete', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  const deps = program.chat.working.deps;
  const notBefore = world.clock.now() + 1e9;
  const { task: first } = await addTask(adding(program), { instruction: 'first', notBefore });
  const { task: second } = await addTask(adding(program), { instruction: 'second', dependsOn: [first.id] });
  const send = () => program.store.write(tx => sendToTask(deps, tx, second.id, 'go on', { lane: 'main' }));
  await program.store.write(tx => stopTask(deps, tx, first.id, 'enough'));
  const failed = await statusOf(program, second.id);

  const refused = send();
  await expect(refused).rejects.toThrow('retry that one first');
  await program.store.write(tx => retryTask(deps, tx, first.id, 'again'));
  await send();

  expect(failed).toBe('failed');
  expect(await program.store.task(second.id)).toMatchObject({ status: 'waiting', waitReason: 'dependencies' });
});

test('T7 a task that is retried has its key again, and is refused while another one like it is not finished', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  const deps = program.chat.working.deps;
  const wanted = { instruction: 'look', notBefore: world.clock.now() + 1e9 };
  const stop = (id: typeof first.id) => program.store.write(tx => stopTask(deps, tx, id, 'enough'));
  const retry = (id: typeof first.id) => program.store.write(tx => retryTask(deps, tx, id, 'again'));
  const { task: first } = await addTask(adding(program), wanted);
  await stop(first.id);

  await retry(first.id);
  const same = await addTask(adding(program), wanted);
  await stop(first.id);
  const other = await addTask(adding(program), wanted);

  expect(same).toMatchObject({ isExisting: true, task: { id: first.id } });
  expect(other.isExisting).toBe(false);
  await expect(retry(first.id)).rejects.toThrow(`is the same as ${other.task.id}, which is not finished`);
});

test('T6 a subagent that lets its child wait for itself is told that this is cyclic', async () => {
  let parent = '';
  const world = await createWorld(async request => {
    if (stepOf(request) > 0) return says('ok');
    const call = { subagent_type: 'general-purpose', prompt: 'child', description: 'child' };
    if (request.agent === 'primary') return uses(['Task', { ...call, prompt: 'parent', description: 'parent' }]);
    parent = (await taskNamed(program, 'parent')).id;
    return uses(['Task', { ...call, depends_on: [parent] }]);
  });
  const program: TestProgram = await world.open();

  await program.say('go');
  await program.quiet();

  const { id, chatId } = await taskNamed(program, 'parent');
  const [result] = ofType(await program.store.entries(chatId, { lane: id }), 'tool:ended');
  expect(result?.text).toBe(
    `Error: the dependencies are cyclic: the new task → ${parent}, which waits for the new task itself`,
  );
  expect(await program.tasks()).toHaveLength(1);
});

test('T6 two subagents whose children would wait for each other are told that this is cyclic', async () => {
  const hasSpawned = latch();
  const call = (name: string, more = {}) =>
    [
      'Task',
      { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true, ...more },
    ] as const;
  const idOf = async (name: string) => (await taskNamed(program, name)).id;
  const world = await createWorld(async request => {
    const step = stepOf(request);
    if (request.agent === 'primary') return step === 0 ? uses(call('one'), call('two')) : says('ok');
    if (promptOf(request) === 'one') {
      if (step === 0) return uses(call('child of one', { depends_on: [await idOf('two')] }));
      hasSpawned.open();
    }
    if (promptOf(request) === 'two' && step === 0) {
      await hasSpawned.promise;
      return uses(call('child of two', { depends_on: [await idOf('one')] }));
    }
    return says('ok');
  });
  const program: TestProgram = await world.open();

  await program.say('go');
  await program.quiet();

  const two = await taskNamed(program, 'two');
  const [result] = ofType(await program.entries(two.id), 'tool:ended');
  const round = ['the new task', await idOf('one'), await idOf('child of one'), two.id].join(' → ');
  expect(result?.text).toBe(`Error: the dependencies are cyclic: ${round}, which waits for the new task itself`);
  expect((await program.tasks()).map(task => task.status)).toEqual(['completed', 'completed', 'completed']);
});
