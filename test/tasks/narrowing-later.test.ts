import { expect, test } from 'vitest';
import type { Policy } from '../../src/permissions/policy.ts';
import { bypass, createWorld, until } from '../fakes/program.ts';
import { cast, latch, says, stepOf, uses } from '../fakes/script-model.ts';

test('S12 what narrows the main lane later narrows a subagent that is at work already', async () => {
  const hold = latch();
  const script = cast(
    [
      uses([
        'Task',
        { subagent_type: 'general-purpose', prompt: 'work', description: 'work', run_in_background: true },
      ]),
      says('ok'),
      says('heard'),
    ],
    {
      work: async request => {
        if (stepOf(request) > 0) return says('tried');
        await hold.promise;
        return uses(['Change', { text: 'after narrowing' }]);
      },
    },
  );
  const world = await createWorld(script);
  let mode: Policy['mode'] = 'bypass';
  const policy: Policy = {
    ...bypass,
    get mode() {
      return mode;
    },
  };
  const program = await world.open({ policy });
  await program.say('go');
  await until(async () => (await program.tasks())[0]?.status === 'running');

  mode = 'plan';
  hold.open();
  await program.quiet();

  expect(world.tools.runs.filter(run => run.tool === 'Change')).toEqual([]);
});
