import { expect, test } from 'vitest';
import { taskEnds } from '../../src/headless/run-tasks.ts';
import { retryTask } from '../../src/tasks/resume-task.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { updateTask } from '../../src/tasks/update-task.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until } from '../fakes/program.ts';
import { cast, latch, promptOf, says, stepOf, uses } from '../fakes/script-model.ts';

const general = (name: string, more: Record<string, unknown> = {}): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, ...more },
];
const background = (name: string) => general(name, { run_in_background: true });
const deliveries = async (program: TestProgram) => ofType(await program.entries('main'), 'notification:delivered');

test('S20 TaskStop of a task that has just completed brings its report, and counts as its delivery', async () => {
  const asked = latch();
  const stops = latch();
  let id = '';
  const world = await createWorld(async request => {
    if (request.agent !== 'primary') return says('the precious report');
    if (stepOf(request) === 0) return uses(background('look'));
    if (stepOf(request) > 1) return says('ok');
    asked.open();
    await stops.promise;
    return uses(['TaskStop', { task_id: id }]);
  });
  const program = await world.open();
  void program.say('go');
  await asked.promise;
  await until(async () => (await taskNamed(program, 'look')).status === 'completed');
  id = (await taskNamed(program, 'look')).id;

  stops.open();
  await program.quiet();

  const result = ofType(await program.entries('main'), 'tool:ended').at(-1);
  expect(result).toMatchObject({ tool: 'TaskStop', isError: false });
  expect(result?.text).toContain(`Task ${id} had already ended: completed.`);
  expect(result?.text).toContain('the precious report');
  expect(await deliveries(program)).toEqual([]);
  expect(await program.store.pending(world.chatId, 'main')).toEqual([]);
});

test('S19 a foreground task that is retried after its call was answered tells its owner', async () => {
  const world = await createWorld(
    cast([uses(general('look')), says('it failed'), says('heard')], { look: { fails: 'auth' } }),
  );
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  const { id, status } = await taskNamed(program, 'look');
  const { script } = world.model;
  world.model.script = (request, signal) =>
    request.agent === 'primary' ? script(request, signal) : says('now it works');

  await program.store.write(tx => retryTask(program.chat.working.deps, tx, id, 'retried by a person'));
  await program.quiet();

  expect(status).toBe('failed');
  expect((await deliveries(program)).flatMap(entry => entry.tasks)).toMatchObject([
    { taskId: id, status: 'completed' },
  ]);
  expect((await deliveries(program))[0]?.text).toContain('now it works');
});

test('S21 S39 the owner of a task that a person stops is told and ends with what it has, and the run counts it as cut', async () => {
  const world = await createWorld(
    cast([uses(background('parent')), says('ok'), says('heard')], {
      parent: request => (stepOf(request) === 0 ? uses(background('child')) : says(`step ${stepOf(request)}`)),
      child: uses(['Slow', { text: 's' }]),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length === 1);
  const child = await taskNamed(program, 'child');

  await program.store.write(tx => stopTask(program.chat.working.deps, tx, child.id, 'stopped by user_test'));
  await program.quiet();

  const parent = await taskNamed(program, 'parent');
  const told = ofType(await program.entries(parent.id), 'notification:delivered').flatMap(entry => entry.tasks);
  expect(told).toMatchObject([{ taskId: child.id, status: 'stopped' }]);
  expect(parent.outcome).toEqual({ kind: 'completed', report: 'step 2' });
  const ends = await taskEnds(program, [parent.id, child.id], { stopped: new Set(), isHandedOn: false });
  expect(ends.map(end => end.isCut)).toEqual([false, true]);
});

test('S21 that a task is parked is told to the next lane above that lives when its owner has ended', async () => {
  let child = '';
  const held = latch();
  const world = await createWorld(async request => {
    const step = stepOf(request);
    if (request.agent === 'primary') {
      if (step === 0) return uses(general('parent'));
      return step === 1 ? uses(['TaskSend', { task_id: child, message: 'more' }]) : says('ok');
    }
    if (promptOf(request) === 'child') {
      if (step > 0) await held.promise;
      return says(`report ${step}`);
    }
    if (step === 0) return uses(general('child'));
    child = (await taskNamed(program, 'child')).id;
    return says('parent done');
  });
  const program: TestProgram = await world.open();
  void program.say('go');
  await until(async () => child !== '' && (await taskNamed(program, 'child')).attempt === 2);

  const task = await taskNamed(program, 'child');
  await program.store.write(tx => updateTask(program.chat.working.deps, tx, task, { status: 'parked' }));
  held.open();
  await program.quiet();

  const parent = await taskNamed(program, 'parent');
  const remarks = ofType(await program.entries('main'), 'program:remarked').map(({ text }) => text);
  expect(remarks).toEqual([expect.stringContaining(`Task ${child} ("child") is parked: put aside by a person`)]);
  expect(await program.store.pending(world.chatId, parent.id)).toEqual([]);
});

test('S21 a task that goes on after its owner has ended tells the next lane above that lives', async () => {
  let child = '';
  const world = await createWorld(async request => {
    const step = stepOf(request);
    if (request.agent === 'primary') {
      if (step === 0) return uses(general('parent'));
      return step === 1 ? uses(['TaskSend', { task_id: child, message: 'more' }]) : says('ok');
    }
    if (promptOf(request) === 'child') return says(`report ${step}`);
    if (step === 0) return uses(general('child'));
    child = (await taskNamed(program, 'child')).id;
    return says('parent done');
  });
  const program: TestProgram = await world.open();

  await program.say('go');
  await program.quiet();

  const parent = await taskNamed(program, 'parent');
  expect((await deliveries(program)).flatMap(entry => entry.tasks.map(task => task.taskId))).toEqual([child]);
  expect((await deliveries(program))[0]?.text).toContain('report 1');
  expect(await program.store.pending(world.chatId, parent.id)).toEqual([]);
  expect(ofType(await program.entries('main'), 'tool:ended').at(-1)?.text).toContain('will report again by itself');
});
