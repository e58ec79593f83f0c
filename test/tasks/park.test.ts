import { expect, test } from 'vitest';
import { updateTask } from '../../src/tasks/update-task.ts';
import { waitForTask } from '../../src/tasks/wait-task.ts';
import { idleDeps } from '../../src/tasks/working.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

const errand = { subagent_type: 'general-purpose', prompt: 'look', description: 'look' };

async function putAside(program: TestProgram, name: string): Promise<void> {
  const { id } = await taskNamed(program, name);
  await program.store.write(async tx => {
    const task = await tx.task(id);
    if (!task) throw new Error(`no task ${id}`);
    await updateTask(idleDeps(program.base), tx, task, { status: 'parked' });
  });
}

test('S6 the owner of a background task that a person parks is told in the same commit, and its run ends', async () => {
  const world = await createWorld(
    cast([uses(['Task', { ...errand, run_in_background: true }]), says('sent'), says('heard')], {
      look: uses(['Slow', { text: 's' }]),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length === 1);

  await putAside(program, 'look');
  await program.quietButTasks();
  await until(() => program.chat.working.pool.running().length === 0);

  const { id } = await taskNamed(program, 'look');
  const main = await program.entries('main');
  expect(ofType(main, 'program:remarked').map(entry => entry.text)).toEqual([
    `Task ${id} ("look") is parked: put aside by a person. It is not lost; it goes on when it is retried.`,
  ]);
  expect(ofType(main, 'model:answered').at(-1)?.text).toBe('heard');
});

test('S7 a call that waits for a task that a person parks returns and says so', async () => {
  const world = await createWorld(
    cast([uses(['Task', errand]), says('heard')], { look: uses(['Slow', { text: 's' }]) }),
  );
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length === 1);

  await putAside(program, 'look');
  await program.quiet();

  const main = await program.entries('main');
  expect(ofType(main, 'tool:ended')[0]?.text).toContain('The task is parked (asked); it is not lost');
  expect(ofType(main, 'program:remarked')).toEqual([]);
  expect(ofType(main, 'turn:ended')).toHaveLength(1);
});

test('S21 a subagent whose background child is parked by a person hears of it and completes', async () => {
  const world = await createWorld(
    cast([uses(['Task', { ...errand, prompt: 'parent', description: 'parent' }]), says('ok')], {
      parent: request =>
        stepOf(request) === 0 ? uses(['Task', { ...errand, run_in_background: true }]) : says('done without it'),
      look: uses(['Slow', { text: 's' }]),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length === 1);

  await putAside(program, 'look');
  await program.quiet();

  const parent = await taskNamed(program, 'parent');
  expect(parent.outcome).toEqual({ kind: 'completed', report: 'done without it' });
  expect(ofType(await program.entries(parent.id), 'program:remarked')).toHaveLength(1);
});

test('S17 whoever waits for a task that a person parks is told of it', async () => {
  const world = await createWorld(
    cast([uses(['Task', { ...errand, run_in_background: true }]), says('sent'), says('heard')], {
      look: uses(['Slow', { text: 's' }]),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length === 1);
  const { id } = await taskNamed(program, 'look');

  const waiting = waitForTask(program.base, id, new AbortController().signal);
  await putAside(program, 'look');

  expect(await waiting).toMatchObject({ status: 'parked', parkReason: 'asked' });
});
