import { expect, test } from 'vitest';
import { endBeforeDeletion } from '../../src/tasks/delete-tasks.ts';
import { sendToTask } from '../../src/tasks/resume-task.ts';
import { createWorld, ofType, type TestProgram, taskNamed, until } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

const background = (name: string): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true },
];

async function remove(program: TestProgram, name: string): Promise<void> {
  const task = await taskNamed(program, name);
  await program.store.write(async tx => {
    await endBeforeDeletion(program.chat.working.deps, tx, [task]);
    await tx.deleteTasks([task.id]);
  });
}

test('S15 what is open under a deleted task is stopped, and the lane that listens is told', async () => {
  const world = await createWorld(
    cast([uses(background('parent')), says('ok')], {
      parent: request => (stepOf(request) === 0 ? uses(background('child')) : says('parent done')),
      child: request => (stepOf(request) === 0 ? says('child done') : uses(['Slow', { text: 's' }])),
    }),
  );
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  const child = await taskNamed(program, 'child');
  await program.store.write(tx => sendToTask(program.chat.working.deps, tx, child.id, 'more', { lane: 'main' }));
  await until(() => world.tools.runs.length === 1);

  await remove(program, 'parent');
  await program.quiet();

  const told = ofType(await program.entries('main'), 'notification:delivered').flatMap(entry => entry.tasks);
  expect((await program.tasks()).map(({ id, status }) => [id, status])).toEqual([[child.id, 'stopped']]);
  expect(told.at(-1)).toMatchObject({ taskId: child.id, status: 'stopped' });
  expect(program.chat.working.pool.running()).toEqual([]);
});
