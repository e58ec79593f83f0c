import { expect, test } from 'vitest';
import { secondsAtWork } from '../../src/tasks/budget.ts';
import { retryTask } from '../../src/tasks/resume-task.ts';
import { updateTask } from '../../src/tasks/update-task.ts';
import { createWorld, type TestProgram, taskNamed } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

async function parkedTask(budget: Record<string, number>) {
  const world = await createWorld(
    cast(
      [
        uses([
          'Task',
          { subagent_type: 'general-purpose', prompt: 'work', description: 'work', run_in_background: true, budget },
        ]),
        says('ok'),
      ],
      {
        work: request => {
          world.clock.jump(2_000);
          return stepOf(request) < 3 ? uses(['Look', { text: String(stepOf(request)) }]) : says('done');
        },
      },
    ),
  );
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  const task = await taskNamed(program, 'work');
  return { world, program, task };
}

test('T28 a task at work goes on under the ceilings that it is given meanwhile', async () => {
  const world = await createWorld(
    cast(
      [
        uses([
          'Task',
          {
            subagent_type: 'general-purpose',
            prompt: 'work',
            description: 'work',
            run_in_background: true,
            budget: { tokens: 150 },
          },
        ]),
        says('ok'),
      ],
      {
        work: async request => {
          const task = await taskNamed(program, 'work');
          const budget = { tokens: 10_000 };
          await program.store.write(tx => updateTask(program.chat.working.deps, tx, task, { budget }));
          return stepOf(request) < 3 ? uses(['Look', { text: String(stepOf(request)) }]) : says('done');
        },
      },
    ),
  );
  const program: TestProgram = await world.open();

  await program.say('go');
  await program.quiet();

  expect(await taskNamed(program, 'work')).toMatchObject({ status: 'completed', outcome: { report: 'done' } });
});

test.each([
  ['tokens', { tokens: 150 }, { tokens: 10_000 }],
  ['seconds', { seconds: 3 }, { seconds: 60 }],
])('T28 a task that is parked for its budget of %s goes on when it is retried with more', async (_, little, more) => {
  const { world, program, task } = await parkedTask(little);
  world.clock.jump(3_600_000);
  const deps = program.chat.working.deps;

  await program.store.write(tx => retryTask(deps, tx, task.id, 'retried by a person', more));
  await program.quiet();

  expect(task).toMatchObject({ status: 'parked', parkReason: 'budget' });
  const after = await taskNamed(program, 'work');
  expect(after).toMatchObject({ status: 'completed', outcome: { kind: 'completed', report: 'done' } });
  expect(await secondsAtWork(program.store, after, world.clock.now())).toBeLessThan(60);
});
