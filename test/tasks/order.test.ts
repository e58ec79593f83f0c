import { expect, test } from 'vitest';
import { createWorld, ofType, type TestProgram, taskNamed } from '../fakes/program.ts';
import { says, stepOf, uses } from '../fakes/script-model.ts';

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
