import { stat } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createRetryBusy } from '../../src/store/sqlite/busy.ts';
import { createConnection } from '../../src/store/sqlite/connection.ts';
import { openFile } from '../../src/store/sqlite/database.ts';
import { createFileLook } from '../../src/store/sqlite/file-look.ts';
import { putChat } from '../contract/store/world.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createHome, openAt } from '../store/files.ts';

let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
});
afterEach(() => dispose());

const busy = () => new Database.SqliteError('database is locked', 'SQLITE_BUSY');

test('storeBusyMs bounds the wait for another process, storeWaitMinMs, storeWaitMaxMs and storeWaitOldMs its pauses, and storeBusyWarnMs how long it is silent', async () => {
  let elapsed = 0;
  let warnedAt: number | undefined;
  const pauses: { readonly at: number; readonly ms: number }[] = [];
  const clock = {
    monotonic: () => elapsed,
    sleep: async (ms: number) => {
      pauses.push({ at: elapsed, ms: ms - 1 });
      elapsed += ms;
    },
  };
  const warn = () => {
    warnedAt = elapsed;
  };
  const attempt = createRetryBusy(clock, { next: () => 1 }, { path, find: () => 'process 7', warn });

  await expect(attempt(throwBusy)).rejects.toThrow('process 7');

  expect(elapsed).toBeGreaterThanOrEqual(limits.storeBusyMs);
  expect(elapsed).toBeLessThan(limits.storeBusyMs + 1_000);
  expect(warnedAt).toBeGreaterThanOrEqual(limits.storeBusyWarnMs);
  expect(warnedAt).toBeLessThan(limits.storeBusyWarnMs + limits.storeWaitMaxMs * 2);
  expect(Math.max(...pauses.map(pause => pause.ms))).toBe(limits.storeWaitMaxMs);
  expect(Math.min(...pauses.map(pause => pause.ms))).toBe(limits.storeWaitMinMs);
  const old = pauses.filter(pause => pause.at > limits.storeWaitOldMs * 2);
  expect(Math.max(...old.map(pause => pause.ms))).toBeLessThan(limits.storeWaitMaxMs);
});

test('storeStatements bounds the prepared statements of a connection', () => {
  let prepared = 0;
  const real = new Database(':memory:');
  const counting = {
    prepare: (sql: string) => {
      prepared += 1;
      return real.prepare(sql);
    },
  };
  // What a connection asks of a database here.
  const connection = createConnection(counting as never, (() => ({ sql: '', bind: () => [] })) as never);
  const first = 'CREATE TABLE IF NOT EXISTS t0 (a)';
  connection.exec(first);

  for (let number = 1; number <= limits.storeStatements; number += 1)
    connection.exec(`CREATE TABLE IF NOT EXISTS t${number} (a)`);
  const before = prepared;
  connection.exec(first);
  connection.exec(`CREATE TABLE IF NOT EXISTS t${limits.storeStatements} (a)`);
  real.close();

  expect(before).toBe(limits.storeStatements + 1);
  expect(prepared).toBe(before + 1);
});

test('storeBlockMs, storeCheckpointPages and storeJournalBytes are those of the connection that writes', async () => {
  const file = await openFile(path, createNodeFiles(), createRetryBusy(systemClock, systemRandom));

  const found = ['busy_timeout', 'wal_autocheckpoint', 'journal_size_limit'].map(name =>
    file.writer().value(`PRAGMA ${name}`),
  );
  file.close();

  expect(found).toEqual([limits.storeBlockMs, limits.storeCheckpointPages, limits.storeJournalBytes]);
});

test('storeCheckpointPages keeps the write-ahead log short while nobody holds a snapshot', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const text = 'x'.repeat(4_000);

  for (let number = 0; number < limits.storeCheckpointPages * 3; number += 100)
    await store.write(async tx => {
      for (let entry = 0; entry < 100; entry += 1)
        await tx.append(chat, 'main', 1, [{ type: 'program:remarked', text }]);
    });
  const { size } = await stat(`${path}-wal`);
  await store.close();

  expect(size).toBeLessThan(limits.storeCheckpointPages * 4_096 * 2);
}, 60_000);

test('commitBatch bounds the writes of one commit', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const commits: number[] = [];
  store.onChange(change => {
    if (change.kind === 'committed') commits.push(change.entries.length);
  });

  const count = limits.commitBatch * 2 + 1;
  await Promise.all(
    Array.from({ length: count }, () =>
      store.write(tx => tx.append(chat, 'main', 1, [{ type: 'program:remarked', text: 'x' }])),
    ),
  );
  await store.close();

  expect(Math.max(...commits)).toBe(limits.commitBatch);
  expect(commits.reduce((sum, one) => sum + one, 0)).toBe(count);
});

test('storeLookMs bounds how long a deleted file goes unnoticed, and storeWalWarnBytes how large a log unsaid', async () => {
  const clock = createFakeClock();
  const warned: unknown[] = [];
  let isThere = true;
  const files = {
    stat: async (name: string) => {
      if (!isThere) return undefined;
      return { kind: 'file' as const, size: name.endsWith('-wal') ? limits.storeWalWarnBytes : 1, mtimeMs: 0, mode: 0 };
    },
  };
  const look = createFileLook({
    path,
    clock,
    files,
    log: { warn: text => warned.push(text) },
    onGone: () => undefined,
    emptyLog: async () => true,
  });

  await look();
  await clock.advance(limits.storeLookMs);
  await look();
  isThere = false;
  await look();
  await clock.advance(limits.storeLookMs);

  expect(warned).toHaveLength(1);
  await expect(look()).rejects.toThrow('deleted');
});

test('storeWalMaxBytes is the size of the write-ahead log at which nothing more is written while somebody reads from it', async () => {
  const clock = createFakeClock();
  let isHeld = true;
  const files = {
    stat: async () => ({ kind: 'file' as const, size: limits.storeWalMaxBytes, mtimeMs: 0, mode: 0 }),
  };
  const look = createFileLook({ path, clock, files, onGone: () => undefined, emptyLog: async () => !isHeld });
  await clock.advance(limits.storeLookMs);

  await expect(look()).rejects.toThrow('write-ahead log has grown');
  isHeld = false;
  await look();
});

function throwBusy(): never {
  throw busy();
}
