import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHome, openAt } from './files.ts';
import { startChildUnder } from './run-child.ts';

let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
  await mkdir(dirname(path), { recursive: true });
});
afterEach(() => dispose());

/** What a crash leaves in the middle of a transaction with a rollback journal: part of it is in the file already. */
async function crashIn(before: string): Promise<void> {
  const live = `${path}.live`;
  const database = new Database(live);
  database.pragma('journal_mode = DELETE');
  database.pragma('cache_size = 1');
  database.exec(before);
  database.exec('BEGIN; CREATE TABLE half (text)');
  const insert = database.prepare('INSERT INTO half VALUES (?)');
  for (let row = 0; row < 50; row += 1) insert.run('x'.repeat(4_000));
  await copyFile(live, path);
  await copyFile(`${live}-journal`, `${path}-journal`);
  database.exec('ROLLBACK');
  database.close();
}

/** What SQLite does, in this order, before the file is in write-ahead mode, and one more. */
const writes = [
  ...[1, 2, 3, 4].map(n => ({ call: 'pwrite64', n })),
  ...[1, 2, 3, 4, 5].map(n => ({ call: 'fsync', n })),
  { call: 'unlink', n: 1 },
];

test('R1 killed at each of the writes that make the database, the next start makes it', async () => {
  const ends: unknown[] = [];
  for (const { call, n } of writes) {
    const fresh = `${path}.${call}.${n}`;
    const how = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`];
    const { signal } = await startChildUnder(['strace', '-f', '-qq', '-o', '/dev/null', ...how], 'open', fresh).ended;

    const store = await openAt(fresh);

    ends.push([signal, (await store.check()).isOk]);
    await store.close();
  }

  expect(ends).toEqual(ends.map(() => ['SIGKILL', true]));
}, 60_000);

test('R2 the half-written database of another program is refused, and no byte of it changed', async () => {
  await crashIn('CREATE TABLE theirs (text); INSERT INTO theirs VALUES (1)');
  const before = [await readFile(path), await readFile(`${path}-journal`)];

  const opening = openAt(path);

  await expect(opening).rejects.toMatchObject({ fault: 'store' });
  await expect(opening).rejects.toThrow(path);
  expect([await readFile(path), await readFile(`${path}-journal`)]).toEqual(before);
});
