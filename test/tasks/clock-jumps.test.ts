import { expect, test } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { answerApproval } from '../../src/engine/approvals.ts';
import { checkRate } from '../../src/tasks/add-rate.ts';
import { aTask, ids } from '../contract/store/world.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { bypass, createWorld, ofType, until } from '../fakes/program.ts';
import { cast, says, uses } from '../fakes/script-model.ts';

const day = 24 * 3_600_000;

test.each([
  ['forward a year', 365 * day],
  ['back three days', -3 * day],
])('R14 the clock goes %s while a question is open: it has its time, and no more', async (_, jump) => {
  const world = await createWorld(cast([uses(['Change', { text: 'c' }]), says('ok')]), {
    limits: { recheckMs: 500, approvalMs: 10_000 },
  });
  const program = await world.open({ policy: { ...bypass, mode: 'ask' }, canAsk: () => true });
  void program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);

  world.clock.jump(jump);
  await world.clock.advance(8_000);
  const stillOpen = await program.store.openApprovals(world.chatId);
  await world.clock.advance(3_000);
  await program.quiet();

  expect(stillOpen).toHaveLength(1);
  expect(ofType(await program.entries('main'), 'approval:answered')).toMatchObject([{ verdict: 'expired' }]);
});

test('R14 a question that was answered in time keeps no timer', async () => {
  const world = await createWorld(cast([uses(['Change', { text: 'c' }]), says('ok')]));
  const program = await world.open({ policy: { ...bypass, mode: 'ask' }, canAsk: () => true });
  void program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);
  const [approval] = await program.store.openApprovals(world.chatId);
  if (!approval) throw new Error('there is an open approval');
  const before = world.clock.pending;

  await answerApproval(program.base, approval.id, { verdict: 'allowed' });
  await program.quiet();

  expect(world.clock.pending).toBeLessThan(before);
});

test('R14 tasks that were added before the clock was set back do not count as added within the last minute', async () => {
  const clock = createFakeClock();
  const user = 'user_a' as UserId;
  const made = Array.from({ length: limits.tasksPerMinute }, (_, i) =>
    aTask(ids('chat'), { creator: user, createdAt: clock.now() + i }),
  );
  const program = { user, limits, base: { clock } };
  const tx = { tasks: async () => made };

  clock.jump(-3 * day);
  await checkRate(program, tx, undefined);
  clock.jump(3 * day + 1_000);

  await expect(checkRate(program, tx, undefined)).rejects.toMatchObject({ fault: 'conflict' });
});
