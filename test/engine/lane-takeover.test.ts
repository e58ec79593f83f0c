import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { chatIn, driveMain, laneDeps, registered, type } from '../fakes/main-lane.ts';
import { createMemoryDatabase, openMemoryStore } from '../fakes/memory-store/store.ts';
import { createMortal } from '../fakes/mortal.ts';
import { ofType, rounds, until } from '../fakes/program.ts';
import { createScriptModel, latch, onceOpen, says } from '../fakes/script-model.ts';

test('R12 a driver that was taken for dead takes up the turn that the one after it left open, though nobody writes', async () => {
  const clock = createFakeClock();
  const database = createMemoryDatabase();
  // Handles of the memory store do not hear of each other: every hint between these processes is lost.
  const store = openMemoryStore(database);
  const heir = createMortal(openMemoryStore(database), clock, () => undefined);
  const heirModel = createScriptModel(onceOpen(latch(), says('never')));
  const heirDeps = laneDeps(heir.store, clock, heirModel, 2);
  const world = openMemoryStore(database);
  const chatId = await chatIn({ ...heirDeps, store: world });
  let id = await registered(world, 'first');
  const first = driveMain(
    laneDeps(
      store,
      clock,
      createScriptModel(() => says('gone on with')),
      1,
    ),
    chatId,
    () => id,
  );
  onTestFinished(() => first.close());
  await until(() => first.state() === 'idle');

  await world.write(tx => tx.endWorker(id, clock.now()));
  const heirId = await registered(world, 'heir');
  await type({ ...heirDeps, store: world }, chatId, 'go');
  driveMain(heirDeps, chatId, () => heirId);
  await until(() => heirModel.requests.length === 1);
  await heir.kill();
  await world.write(tx => tx.endWorker(heirId, clock.now()));
  id = await registered(world, 'first_anew');
  await clock.advance(limits.recheckMs);
  await rounds();

  const main = await world.entries(chatId, { lane: 'main' });
  expect(ofType(main, 'turn:started')).toHaveLength(1);
  expect(ofType(main, 'model:answered').map(entry => entry.text)).toEqual(['gone on with']);
  expect(ofType(main, 'turn:ended').map(entry => entry.end)).toEqual(['done']);
  expect(await world.lane(chatId, 'main')).toMatchObject({ driver: id, epoch: 3 });
});
