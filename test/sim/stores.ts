import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeFiles } from '../../src/platform/files.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Change, Store } from '../../src/store/store.ts';
import { createMemoryDatabase, openMemoryStore } from '../fakes/memory-store/store.ts';

/** One database for one run, and handles of it as processes open them. */
export type SimDatabase = { readonly open: () => Store; readonly close: () => Promise<void> };

export function memoryDatabase(): SimDatabase {
  const database = createMemoryDatabase();
  return { open: () => openMemoryStore(database), close: async () => undefined };
}

/** Real SQLite files, where there is memory that looks like a disk. What is made once is a database with its schema; each run works on a copy. */
export async function createSqliteDatabases() {
  const root = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'legwork-sim-'));
  const template = join(root, 'template.db');
  await (await openFile(template)).close();
  let count = 0;
  return {
    async make(): Promise<SimDatabase> {
      count += 1;
      const path = join(root, `${count}.db`);
      await copyFile(template, path);
      const opened: Promise<Store>[] = [];
      const open = () => {
        const store = openFile(path);
        opened.push(store);
        return store;
      };
      return {
        open: () => openWhenUsed(open),
        async close() {
          for (const store of await Promise.all(opened)) await store.close();
          for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
        },
      };
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

/** Its clock stands still, so it never polls for the commits of others: the world tells of them. */
function openFile(path: string): Promise<Store> {
  const clock = { monotonic: () => 0, sleep: () => new Promise<void>(() => undefined) };
  return openSqliteStore({ path, clock, random: { next: () => 0 }, files: createNodeFiles() });
}

/** A store that is opened when it is first asked something: a world makes its programs in one step, and opening a file takes several. */
function openWhenUsed(open: () => Promise<Store>): Store {
  const listeners = new Set<(change: Change) => void>();
  let opening: Promise<Store> | undefined;
  const opened = async () => {
    const store = await open();
    store.onChange(change => {
      for (const listener of listeners) listener(change);
    });
    return store;
  };
  const call =
    (name: PropertyKey) =>
    async (...args: readonly unknown[]) => {
      opening ??= opened();
      const store = await opening;
      return Reflect.apply(Reflect.get(store, name), store, args);
    };
  const own: Partial<Store> = {
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watchClosely: () => () => undefined,
  };
  return new Proxy(own, { get: (target, name) => Reflect.get(target, name) ?? call(name) }) as Store; // Every other member asks the store.
}
