import { expect, test } from 'vitest';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { bypass, createWorld, ofType, taskNamed, until } from '../fakes/program.ts';
import { cast, says, uses } from '../fakes/script-model.ts';

const asking = { policy: { ...bypass, mode: 'ask' }, canAsk: () => true } as const;

test('S13 the approval of a call that is interrupted is closed with it', async () => {
  const world = await createWorld(cast([uses(['Slow', { text: 's' }]), says('ok')]));
  const program = await world.open(asking);
  void program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);
  const [approval] = await program.store.openApprovals(world.chatId);

  program.chat.session.interrupt();
  await program.quiet();

  expect(await program.store.openApprovals(world.chatId)).toEqual([]);
  const answers = ofType(await program.entries('main'), 'approval:answered');
  expect(answers).toMatchObject([{ approvalId: approval?.id, verdict: 'expired' }]);
});

test('S13 the approval of a task that is stopped is closed in the same commit', async () => {
  const task = { subagent_type: 'general-purpose', prompt: 'work', description: 'work', run_in_background: true };
  const world = await createWorld(cast([uses(['Task', task]), says('ok')], { work: uses(['Slow', { text: 's' }]) }));
  const program = await world.open(asking);
  await program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);
  const { id } = await taskNamed(program, 'work');

  const left = await program.store.write(async tx => {
    await stopTask(program.chat.working.deps, tx, id, 'enough', 'main');
    return tx.openApprovals(world.chatId);
  });
  await program.quiet();

  expect(left).toEqual([]);
  expect(ofType(await program.entries(id), 'approval:answered')).toMatchObject([{ verdict: 'expired' }]);
});

test('S13 an open approval is not taken for that of another call with the same id', async () => {
  const world = await createWorld(cast([uses(['Change', { text: 'c' }]), says('ok')]));
  const program = await world.open(asking);
  const id = program.base.ids('approval');
  const callId = 'call_1';
  await program.store.write(tx =>
    tx.insertApproval({
      id,
      chatId: world.chatId,
      lane: 'main',
      callId,
      tool: 'Slow',
      input: { text: 'harmless' },
      reason: 'left over',
      askedAt: world.clock.now(),
      deadline: world.clock.now() + 1e9,
    }),
  );
  world.model.script = cast([{ calls: [{ tool: 'Change', input: { text: 'c' }, id: callId }] }, says('ok')]);

  void program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 2);

  const [asked] = (await program.store.openApprovals(world.chatId)).filter(row => row.id !== id);
  expect(asked).toMatchObject({ tool: 'Change', input: { text: 'c' } });
  program.chat.session.interrupt();
  await program.quiet();
});
