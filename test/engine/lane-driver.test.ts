import { expect, test } from 'vitest';
import { createWorld, ofType, until } from '../fakes/program.ts';
import { cast, latch, onceOpen, says, uses } from '../fakes/script-model.ts';

const errand = { subagent_type: 'general-purpose', prompt: 'look', description: 'look' };

test('R2 the driver of a chat that was deleted in the middle of a turn ends', async () => {
  const hold = latch();
  const world = await createWorld(onceOpen(hold, says('too late')));
  const program = await world.open();
  await program.say('go');
  await until(() => world.model.requests.length === 1);

  await program.store.write(tx => tx.deleteChat(world.chatId));
  hold.open();

  await until(() => program.chat.session.state() === 'closed');
  expect(world.logged).toEqual([]);
  await program.close();
});

test('R2 the driver of a chat that was deleted while nothing runs ends', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  await program.quiet();

  await program.store.write(tx => tx.deleteChat(world.chatId));

  await until(() => program.chat.session.state() === 'closed');
  expect(world.logged).toEqual([]);
});

test('R14 the clock is set back while a chat is open: a notification still starts a turn and is not late', async () => {
  const hold = latch();
  const world = await createWorld(
    cast([uses(['Task', { ...errand, run_in_background: true }]), says('sent'), says('heard')], {
      look: onceOpen(hold, says('found')),
    }),
  );
  const program = await world.open({ startsOnLate: false });
  await program.say('go');
  await program.quietButTasks();

  world.clock.jump(-3 * 24 * 3_600_000);
  hold.open();
  await program.quiet();

  const main = await program.entries('main');
  expect(ofType(main, 'notification:delivered').map(entry => entry.isLate)).toEqual([false]);
  expect(ofType(main, 'turn:ended')).toHaveLength(2);
  expect(ofType(main, 'model:answered').at(-1)?.text).toBe('heard');
});

test('S22 R14 the clock is set back while a chat is closed: what waited is late all the same', async () => {
  const hold = latch();
  const world = await createWorld(
    cast([uses(['Task', { ...errand, run_in_background: true }]), says('sent')], {
      look: onceOpen(hold, says('found')),
    }),
  );
  const first = await world.open();
  await first.say('go');
  await first.quietButTasks();
  const [task] = await first.tasks();
  if (!task) throw new Error('no task was made');
  await first.chat.session.close();
  hold.open();
  await until(async () => (await first.store.task(task.id))?.status === 'completed');
  await first.close();

  world.clock.jump(-3 * 24 * 3_600_000);
  const second = await world.open({ startsOnLate: false });
  await second.quiet();

  const main = await second.entries('main');
  expect(ofType(main, 'notification:delivered').map(entry => entry.isLate)).toEqual([true]);
  expect(ofType(main, 'turn:ended')).toHaveLength(1);
});
