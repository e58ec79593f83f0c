import { stat } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { putChat } from '../contract/store/world.ts';
import { createHome } from './files.ts';

const megabyte = 1024 * 1024;
const bounds = { storeWalWarnBytes: 2 * megabyte, storeWalMaxBytes: 6 * megabyte };

let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
});
afterEach(() => dispose());

test('R13 a reader that holds a snapshot: the write-ahead log is warned about and bounded, and all goes on when the reader has left', async () => {
  let elapsed = 0;
  const clock = {
    monotonic: () => elapsed,
    async sleep() {
      elapsed += limits.storeBusyMs / 4;
    },
  };
  const warnings: unknown[] = [];
  const log = { warn: (_: string, fields?: Record<string, unknown>) => warnings.push(fields?.bytes) };
  const store = await openSqliteStore({ path, clock, random: systemRandom, files: createNodeFiles(), log, bounds });
  const chat = await putChat(store);
  const append = (text: string) => {
    elapsed += limits.storeLookMs; // The file is looked at before each write.
    return store.write(tx => tx.append(chat, 'main', 1, [{ type: 'program:remarked', text }]));
  };
  const logSize = async () => (await stat(`${path}-wal`)).size;
  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT COUNT(*) FROM entries').get();

  let acknowledged = 0;
  let refusal: unknown;
  while (refusal === undefined && acknowledged < 100) {
    await append('x'.repeat(megabyte / 4)).then(
      () => (acknowledged += 1),
      error => (refusal = error),
    );
  }
  const heldSize = await logSize();
  reader.close();
  await append('after');

  expect(refusal).toMatchObject({ fault: 'store' });
  expect(String(refusal)).toContain(`${path}: its write-ahead log has grown to 6 MB`);
  expect(warnings.length).toBeGreaterThanOrEqual(2);
  expect(heldSize).toBeLessThan(bounds.storeWalMaxBytes + megabyte);
  expect(await logSize()).toBeLessThan(megabyte);
  expect((await store.entries(chat)).map(entry => entry.seq)).toEqual(
    Array.from({ length: acknowledged + 1 }, (_, i) => i + 1),
  );
  await store.close();
});
