import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createRetryBusy } from '../../src/store/sqlite/busy.ts';
import { createFakeClock } from '../fakes/clock.ts';

/** The same numbers in every run. */
function seeded(seed: number): { next(): number } {
  let state = seed;
  return {
    next() {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    },
  };
}

/** A lock that keeps no queue, as SQLite's: each writer takes it for `holdMs`, leaves for a moment and comes back. Returns how long each wait took. */
async function waitsOf(writers: number, holdMs: number, forMs: number): Promise<number[]> {
  const clock = createFakeClock();
  const retryBusy = createRetryBusy(clock, seeded(7));
  const waits: number[] = [];
  let isHeld = false;
  const write = async () => {
    while (clock.monotonic() < forMs) {
      const since = clock.monotonic();
      await retryBusy(() => {
        if (isHeld) throw new Database.SqliteError('database is locked', 'SQLITE_BUSY');
        isHeld = true;
      });
      waits.push(clock.monotonic() - since);
      await clock.sleep(holdMs);
      isHeld = false;
      await clock.sleep(1);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, write));
  for (let ms = 0; ms < 2 * forMs; ms += 1) await clock.advance(1);
  await all;
  return waits;
}

test('R13 of 50 writers that come back at once, none waits many times its share', async () => {
  const holdMs = 3;
  const share = 50 * (holdMs + 1);

  const waits = await waitsOf(50, holdMs, 20_000);

  expect(waits.length).toBeGreaterThan(3_000);
  expect(Math.max(...waits)).toBeLessThan(7 * share);
});

test('R13 a database that stays busy is asked with pauses, and given up in the end', async () => {
  const clock = createFakeClock();
  const tries: number[] = [];
  const outcome = createRetryBusy(clock, { next: () => 1 })(() => {
    tries.push(clock.monotonic());
    throw new Database.SqliteError('database is locked', 'SQLITE_BUSY');
  }).catch((error: unknown) => error);

  await clock.advance(limits.storeBusyMs + limits.storeWaitMaxMs);

  expect(await outcome).toMatchObject({ code: 'SQLITE_BUSY' });
  expect(tries.length).toBeLessThan(limits.storeBusyMs / limits.storeWaitMinMs);
});
