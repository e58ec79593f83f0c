import { expect, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import { createIds } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { Store } from '../../src/store/store.ts';
import { registerWorker } from '../../src/tasks/worker.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createMemoryDatabase, openMemoryStore } from '../fakes/memory-store/store.ts';

const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** A registered process whose store can be told to refuse what is written, as on a full disk. */
async function register(database = createMemoryDatabase()) {
  const clock = createFakeClock();
  const inner = openMemoryStore(database);
  const disk = { isFull: false, looks: 0, answer: Promise.resolve() };
  const store: Store = {
    ...inner,
    async write(work) {
      if (!disk.isFull) return inner.write(work);
      await disk.answer;
      throw new AppError('store', 'the disk is full');
    },
    workers() {
      disk.looks += 1;
      return inner.workers();
    },
  };
  const deps = { store, clock, limits, log, ids: createIds(clock, systemRandom), isAlive: () => true };
  const registration = await registerWorker(deps, { kind: 'test', pid: 1, host: 'here' });
  return { clock, disk, store: inner, ids: deps.ids, registration };
}

test('R2 a process that cannot renew its lease looks for others no more often than before', async () => {
  const { clock, disk } = await register();
  disk.isFull = true;
  await clock.advance(limits.leaseMs + limits.leaseRenewMs);
  disk.looks = 0;

  await clock.advance(10 * limits.recheckMs);

  expect(disk.looks).toBeLessThanOrEqual(10);
});

test('R12 a process that leaves while a renewal fails still leaves in order', async () => {
  const { clock, disk, store, registration } = await register();
  const answer = Promise.withResolvers<void>();
  disk.answer = answer.promise;
  disk.isFull = true;
  await clock.advance(limits.leaseRenewMs);
  disk.isFull = false;

  const closed = registration.close();
  answer.resolve();
  await closed;

  expect(await store.workers()).toEqual([]);
});

test('endedWorkersKept bounds the processes that have left in the store', async () => {
  const database = createMemoryDatabase();
  const first = await register(database);
  await first.store.write(async tx => {
    for (let number = 1; number <= limits.endedWorkersKept + 5; number += 1) {
      const id = first.ids('worker');
      await tx.putWorker({ id, kind: 'test', pid: 2, host: 'here', startedAt: number, leaseUntil: number });
      await tx.endWorker(id, number);
    }
  });

  const second = await register(database);

  const ended = await second.store.endedWorkers(limits.endedWorkersKept + 5);
  expect(ended).toHaveLength(limits.endedWorkersKept);
  expect(ended.at(-1)?.endedAt).toBe(6);
  expect(await second.store.workers()).toHaveLength(2);
});
