import { expect, test } from 'vitest';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { heapInUse } from '../fakes/heap.ts';
import { createWorld, newTask, ofType } from '../fakes/program.ts';
import { lastTextOf, latch, says, uses } from '../fakes/script-model.ts';

/** At full size by hand: LEGWORK_TEST_TASKS=5000 */
const count = Number(process.env.LEGWORK_TEST_TASKS ?? 300);
const atOnce = 16;
const keptBytes = 50 * 1024;

test(`R41 ${count} queued tasks run ${atOnce} at a time, and those that have ended keep less than 50 KB each`, {
  timeout: 3_600_000,
}, async () => {
  const isFull = latch();
  const world = await createWorld(async request => {
    world.model.requests.length = 0; // The fake remembers them all.
    await isFull.promise;
    return lastTextOf(request).startsWith('work')
      ? uses(['Look', { text: 'x'.repeat(20_000) }])
      : says('y'.repeat(20_000));
  });
  world.model.room = atOnce;
  const program = await world.open();
  const { deps, pool } = program.chat.working;
  let most = 0;
  let ended = 0;
  program.store.onChange(change => {
    if (change.kind === 'committed') ended += ofType(change.entries, 'task:ended').length;
    most = Math.max(most, pool.running().length);
    if (most >= atOnce) isFull.open();
  });
  const delegate = async (times: number) => {
    const goal = ended + times;
    await program.store.write(async tx => {
      for (let i = 0; i < times; i += 1)
        await spawnTask(deps, tx, {
          ...newTask(program.chat.chat.id),
          parent: { lane: 'main' },
          isBackground: true,
          notify: 'quiet',
        });
    });
    while (ended < goal) await world.clock.advance(1);
    await program.quiet();
  };
  await delegate(atOnce);
  const before = heapInUse();

  await delegate(count);

  world.tools.runs.length = 0;
  const kept = heapInUse() - before;
  expect(most).toBe(atOnce);
  expect(ofType(await program.entries(), 'task:ended').map(entry => entry.outcome.kind)).toEqual(
    Array.from({ length: count + atOnce }, () => 'completed'),
  );
  expect(kept / count).toBeLessThan(keptBytes);
});
