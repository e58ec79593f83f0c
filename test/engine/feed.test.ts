import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/entry.ts';
import { AppError } from '../../src/core/error.ts';
import { followChat } from '../../src/engine/feed.ts';
import { createWorld, rounds, until } from '../fakes/program.ts';
import { says } from '../fakes/script-model.ts';

test('R2 a read of the log that fails is repeated, and every entry is given out once and in order', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  await program.say('go');
  await program.quiet();
  let failures = 2;
  const entries: typeof program.store.entries = async (...asked) => {
    failures -= 1;
    if (failures >= 0) throw new AppError('store', 'the disk does not answer');
    return program.store.entries(...asked);
  };
  const given: Entry[] = [];

  const engine = {
    ...program.base,
    store: { ...program.store, entries },
    limits: { ...program.base.limits, recheckMs: 5 },
  };
  const feed = followChat(engine, world.chatId, 0, part => given.push(...part));
  const caughtUp = feed.caughtUp();
  await until(async () => {
    await world.clock.advance(5);
    return given.length > 0;
  });
  await caughtUp;
  feed.stop();

  expect(given).toEqual(await program.entries());
  expect(world.logged.filter(line => line.includes('the disk does not answer'))).toHaveLength(2);
});

test('a feed that was stopped does not wait for a read that fails', async () => {
  const world = await createWorld(() => says('ok'));
  const program = await world.open();
  const entries: typeof program.store.entries = async () => {
    throw new AppError('store', 'the disk does not answer');
  };

  const feed = followChat({ ...program.base, store: { ...program.store, entries } }, world.chatId, 0, () => undefined);
  const caughtUp = feed.caughtUp();
  await rounds();
  feed.stop();

  await expect(caughtUp).resolves.toBeUndefined();
});
