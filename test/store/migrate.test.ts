import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { createRetryBusy } from '../../src/store/sqlite/busy.ts';
import { createConnection } from '../../src/store/sqlite/connection.ts';
import { openFile } from '../../src/store/sqlite/database.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { writeStream } from '../../src/store/sqlite/streams.ts';
import { createTexts } from '../../src/store/sqlite/texts.ts';
import { ids, putChat } from '../contract/store/world.ts';
import { createHome, openAt } from './files.ts';

const retryBusy = createRetryBusy(systemClock, systemRandom);
let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
});
afterEach(() => dispose());

test('versions are numbered from 1 without a gap', () => {
  expect(migrations.map(migration => migration.version)).toEqual(migrations.map((_, i) => i + 1));
});

test('R4 a connection that breaks at any statement of the migration leaves nothing, and the next start completes it', async () => {
  await createNodeFiles().makeDirectory(path);
  let isDone = false;
  let at = 0;
  for (; !isDone && at < 1_000; at += 1) {
    const file = `${path}/${at}.db`;
    const database = new Database(file);
    const connection = createConnection(database, createTexts());
    let left = at;
    const breaking = {
      ...connection,
      exec(sql: string) {
        if (left <= 0) throw new Error('broken');
        left -= 1;
        connection.exec(sql);
      },
    };
    isDone = await migrate(breaking, file, retryBusy).then(
      () => true,
      () => false,
    );
    database.close();

    const store = await openAt(file);
    expect(await store.check()).toMatchObject({ schema: migrations.length, isOk: true });
    await store.close();
  }

  const statements = migrations.reduce((sum, migration) => sum + migration.statements.length + 4, 0);
  expect(at).toBe(statements + 1);
});

test('commits wait for the disk, streaming text does not, and it does not change that for the others', async () => {
  const store = await openAt(path);
  const chatId = await putChat(store);
  await store.close();
  const file = await openFile(path, createNodeFiles(), retryBusy);
  const full = 2;

  const before = file.writer().value('PRAGMA synchronous');
  writeStream(file.writer(), { chatId, lane: 'main', text: 'half a sen', at: 1 });
  const after = file.writer().value('PRAGMA synchronous');
  const failed = () => writeStream(file.writer(), { chatId: ids('chat'), lane: 'main', text: 'x', at: 1 });

  expect(failed).toThrow('FOREIGN KEY');
  expect([before, after, file.writer().value('PRAGMA synchronous')]).toEqual([full, full, full]);
  expect(file.writer().value('PRAGMA journal_mode')).toBe('wal');
  expect(file.writer().value('PRAGMA foreign_keys')).toBe(1);
  file.close();
});
