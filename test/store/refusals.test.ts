import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { schemaVersion } from '../../src/store/sqlite/identity.ts';
import { isSafeVersion } from '../../src/store/sqlite/version.ts';
import { putChat } from '../contract/store/world.ts';
import { createHome, openAt } from './files.ts';

let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
});
afterEach(() => dispose());

async function fingerprint(): Promise<string[]> {
  const names = (await readdir(dirname(path))).filter(name => !name.endsWith('-shm')).sort();
  return Promise.all(
    names.map(
      async name =>
        `${name} ${createHash('sha256')
          .update(await readFile(`${dirname(path)}/${name}`))
          .digest('hex')}`,
    ),
  );
}

async function makeNewer(): Promise<void> {
  const store = await openAt(path);
  await putChat(store);
  await store.close();
  const newer = new Database(path);
  newer.pragma(`user_version = ${schemaVersion + 3}`);
  newer.close();
}

test.each([
  ['3.51.2', false],
  ['3.51.3', true],
  ['3.52.0', true],
  ['3.9.99', false],
  ['4.0.0', true],
  ['2.99.99', false],
  ['', false],
  ['three', false],
])('SQLite %s may be used: %s', (version, isSafe) => {
  expect(isSafeVersion(version)).toBe(isSafe);
});

describe('R4 a newer schema is refused with both versions named and no byte changed', () => {
  test('when it was closed cleanly', async () => {
    await makeNewer();
    const before = await fingerprint();

    const opening = openAt(path);

    await expect(opening).rejects.toMatchObject({ fault: 'store' });
    await expect(opening).rejects.toThrow(
      `schema version ${schemaVersion + 3}; this Legwork knows versions up to ${schemaVersion}`,
    );
    expect(await fingerprint()).toEqual(before);
  });

  test('when another process has it open and the version is still in the write-ahead log', async () => {
    const store = await openAt(path);
    const other = new Database(path);
    other.pragma(`user_version = ${schemaVersion + 1}`);
    const before = await fingerprint();

    await expect(openAt(path)).rejects.toThrow(`schema version ${schemaVersion + 1}`);

    expect(await fingerprint()).toEqual(before);
    other.close();
    await store.close();
  });
});

describe('a file that is not ours is refused, with its path, what to do, and no byte changed', () => {
  test.each([
    ['text', async () => writeFile(path, 'hello, this is no database at all\n'.repeat(10))],
    ['a short text', async () => writeFile(path, 'hello')],
    [
      'the database of another program',
      async () => {
        const other = new Database(path);
        other.exec('CREATE TABLE notes (text TEXT)');
        other.close();
      },
    ],
    [
      'a database that says it is another program’s',
      async () => {
        const other = new Database(path);
        other.pragma('application_id = 1234');
        other.close();
      },
    ],
  ])('%s', async (_, make) => {
    await mkdir(dirname(path), { recursive: true });
    await make();
    const before = await fingerprint();

    const opening = openAt(path);

    await expect(opening).rejects.toMatchObject({ fault: 'store' });
    await expect(opening).rejects.toThrow(path);
    await expect(opening).rejects.toThrow('LEGWORK_HOME');
    expect(await fingerprint()).toEqual(before);
  });

  test('a directory in its place', async () => {
    await mkdir(path, { recursive: true });

    await expect(openAt(path)).rejects.toMatchObject({ fault: 'store' });
  });
});

test('R43 everything is 0600 or 0700, whatever the umask is', async () => {
  const umask = process.umask(0);
  try {
    const store = await openAt(path);
    await putChat(store);

    const names = (await readdir(dirname(path))).sort();
    const modes = await Promise.all(names.map(async name => (await stat(`${dirname(path)}/${name}`)).mode & 0o777));

    expect(names).toEqual(['legwork.db', 'legwork.db-shm', 'legwork.db-wal']);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    await store.close();
  } finally {
    process.umask(umask);
  }
});

test('an entry that this version cannot read is an error that names chat and number', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  await store.write(tx => tx.append(chat, 'main', 1, [{ type: 'chat:renamed', title: 'x' }]));
  const db = new Database(path);
  db.exec(`UPDATE entries SET type = 'chat:exploded'`);
  db.close();

  await expect(store.entries(chat)).rejects.toMatchObject({ fault: 'store' });
  await expect(store.entries(chat)).rejects.toThrow(`Entry 1 of chat ${chat}`);
  await store.close();
});

test('the audit cannot be changed or deleted, not even past the program', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const user = (await store.chat(chat))?.userId;
  if (user === undefined) throw new Error('the chat has a user');
  await store.write(tx => tx.addAudit({ at: 1, who: user, what: 'w', from: 'cli' }));
  const db = new Database(path);

  expect(() => db.exec(`UPDATE audit SET what = 'nothing'`)).toThrow('never changed');
  expect(() => db.exec('DELETE FROM audit')).toThrow('never deleted');

  db.close();
  await store.close();
});
