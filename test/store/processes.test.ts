import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { schemaVersion } from '../../src/store/sqlite/identity.ts';
import type { Change } from '../../src/store/store.ts';
import { putChat, putTask } from '../contract/store/world.ts';
import { createHome, openAt } from './files.ts';
import { startChild } from './run-child.ts';

let path: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path, dispose } = await createHome());
});
afterEach(() => dispose());

test('R13 eight processes append at once: none is told that the database is busy, no entry is lost, no number is left out', async () => {
  const [processes, each] = [8, 100];
  const store = await openAt(path);
  const chat = await putChat(store);

  const children = Array.from({ length: processes }, () => startChild('append', path, chat, `${each}`));
  const ends = await Promise.all(children.map(child => child.ended));

  expect(ends.map(end => [end.code, end.errors])).toEqual(ends.map(() => [0, '']));
  const acknowledged = ends.flatMap(end => end.lines).sort();
  const entries = await store.entries(chat);
  expect(entries.map(entry => entry.seq)).toEqual(Array.from({ length: processes * each }, (_, i) => i + 1));
  expect(entries.map(entry => `${entry.seq} ${entry.type === 'program:remarked' ? entry.text : ''}`).sort()).toEqual(
    acknowledged,
  );
  await store.close();
});

test('R13 four processes claim at once: every task is claimed, none by two', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const tasks = [];
  for (let i = 0; i < 120; i += 1) tasks.push((await putTask(store, chat)).id);

  const ends = await Promise.all(Array.from({ length: 4 }, () => startChild('claim', path).ended));

  expect(ends.map(end => [end.code, end.errors])).toEqual(ends.map(() => [0, '']));
  expect(ends.flatMap(end => end.lines).sort()).toEqual(tasks.sort());
  await store.close();
});

test('R1 whatever a killed process had been acknowledged is there, and the database is sound', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const child = startChild('append', path, chat, '1000000');
  await child.said(50);

  child.process.kill('SIGKILL');
  const { lines, signal } = await child.ended;

  expect(signal).toBe('SIGKILL');
  const entries = await store.entries(chat);
  const kept = entries.map(entry => `${entry.seq} ${entry.type === 'program:remarked' ? entry.text : ''}`);
  expect(kept.slice(0, lines.length)).toEqual(lines);
  expect(kept.length - lines.length).toBeLessThanOrEqual(1_000);
  expect(await store.check()).toMatchObject({ isOk: true });
  await store.close();
});

test('a commit of another process is heard, while watched closely within a few looks; an own commit is not heard as one', async () => {
  const store = await openAt(path);
  const chat = await putChat(store);
  const heard: Change[] = [];
  let hear = () => {};
  const elsewhere = new Promise<void>(resolve => {
    hear = resolve;
  });
  const stop = store.onChange(change => {
    heard.push(change);
    if (change.kind === 'elsewhere') hear();
  });
  const relax = store.watchClosely();
  await store.write(tx => tx.renameChat(chat, 'own'));
  await store.putStream({ chatId: chat, lane: 'main', text: 'own', at: 1 });
  await new Promise(resolve => setTimeout(resolve, 4 * limits.pollBusyMs)); // Real looks of a real timer: there is nothing to be told of.
  const before = [...heard];

  const child = startChild('append', path, chat, '1');
  await Promise.all([elsewhere, child.ended]);
  relax();
  stop();

  expect(before.map(change => change.kind)).toEqual(['committed']);
  expect(heard.filter(change => change.kind === 'elsewhere').length).toBeGreaterThan(0);
  expect(await store.entries(chat)).toHaveLength(1);
  await store.close();
});

test('R4 four processes open a new database at once: one makes the schema, all go on', async () => {
  const ends = await Promise.all(Array.from({ length: 4 }, () => startChild('open', path).ended));

  expect(ends.map(end => [end.code, end.lines, end.errors])).toEqual(ends.map(() => [0, [String(schemaVersion)], '']));
});

test('R4 killed at each statement of the migration, the next start completes it', async () => {
  const store = await openAt(path);
  await store.close();
  const statements = await countStatements(`${path}.count`);
  const dieAt = async (at: number) => {
    const fresh = `${path}.${at}`;
    const { signal } = await startChild('dieInMigration', fresh, `${at}`).ended;
    const left = new Database(fresh, { readonly: true });
    const version = left.pragma('user_version', { simple: true });
    const tables = left.prepare('SELECT COUNT(*) FROM sqlite_schema').pluck().get();
    left.close();

    const next = await openAt(fresh);

    expect(signal).toBe('SIGKILL');
    // Each migration is whole or not there: nothing of the first, or all of it and nothing of the next.
    expect(version).toBeLessThan(schemaVersion);
    expect(tables === 0).toBe(version === 0);
    expect(await next.check()).toMatchObject({ schema: schemaVersion, isOk: true });
    await next.close();
  };
  const left = Array.from({ length: statements }, (_, at) => at);
  const work = async () => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) await dieAt(at);
  };

  await Promise.all([work(), work()]);

  expect(statements).toBeGreaterThan(40);
}, 120_000);

test('R4 two processes make the schema at once and one is killed in the middle: the other one does it', async () => {
  for (const at of [5, 20, 35]) {
    const fresh = `${path}.both.${at}`;
    await (await openAt(`${path}.folder`)).close();

    const [dead, alive] = await Promise.all([
      startChild('dieInMigration', fresh, `${at}`).ended,
      startChild('open', fresh).ended,
    ]);

    // The one that was to die may have found it done.
    expect(['SIGKILL', null]).toContain(dead.signal);
    expect([alive.code, alive.lines, alive.errors]).toEqual([0, [`${schemaVersion}`], '']);
  }
});

async function countStatements(path: string): Promise<number> {
  const { lines } = await startChild('dieInMigration', path, '-1').ended;
  return Number(lines[0]);
}
