import { expect, test } from 'vitest';
import { createWorld, ofType } from '../fakes/program.ts';
import { lastTextOf, says, stepOf, uses } from '../fakes/script-model.ts';

test('S11 turns that notifications start count with the input that led to them, and the next input counts anew', async () => {
  const world = await createWorld(
    request => {
      if (request.agent !== 'primary') return says('done');
      if (/in background|the limit is/.test(lastTextOf(request))) return says('ok');
      const name = `t${stepOf(request)}`;
      return uses([
        'Task',
        { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true },
      ]);
    },
    { limits: { tasksPerTurn: 4 } },
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();
  const first = await program.tasks();
  await program.say('again');
  await program.quiet();

  expect(first).toHaveLength(4);
  expect(new Set(first.map(task => task.rootTurnId)).size).toBe(1);
  expect(await program.tasks()).toHaveLength(8);
  expect(ofType(await program.entries('main'), 'tool:ended').at(-1)?.text).toContain('the limit is 4');
});
