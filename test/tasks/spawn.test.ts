import { expect, test } from 'vitest';
import { createWorld, ofType } from '../fakes/program.ts';
import { cast, says, uses } from '../fakes/script-model.ts';

test('S7 a foreground task answers its call with header, report and file', async () => {
  const world = await createWorld(
    cast(
      [uses(['Task', { subagent_type: 'explore', prompt: 'look around', description: 'Look around' }]), says('ok')],
      {
        look: says('All is well.'),
      },
    ),
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const [result] = ofType(await program.entries('main'), 'tool:ended');
  const [task] = await program.tasks();
  expect(result?.text).toBe(
    `subagent_type=explore task_id=${task?.id} agent_id=${task?.agentId} conversation_id=${task?.conversationId}\n\nAll is well.\n\nOutput file: ${world.root}/transcripts/${world.chatId}/${task?.id}.log`,
  );
  expect(result?.isError).toBe(false);
});
