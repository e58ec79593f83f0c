import { expect, test } from 'vitest';
import { createWorld, until } from '../fakes/program.ts';
import { latch, onceOpen, says } from '../fakes/script-model.ts';

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
