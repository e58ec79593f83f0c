import { expect, test } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import type { Chat } from '../../src/store/rows.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { ids, putChat } from '../contract/store/world.ts';
import { createHome, openAt } from './files.ts';

const remark = (text: string) => ({ type: 'program:remarked', text }) as const;

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const { path, dispose } = await createHome();
  const store = await openAt(path);
  await use(store);
  await store.close();
  await dispose();
}

/** Runs the works in one batch. Returns how often each was run. */
async function runCounted(
  store: Store,
  works: readonly ((tx: Tx) => Promise<unknown>)[],
  tell: (how: string) => void = () => {},
): Promise<number[]> {
  const runs = works.map(() => 0);
  await Promise.all(
    works.map((work, i) =>
      store
        .write(tx => {
          runs[i] = (runs[i] ?? 0) + 1;
          return work(tx);
        })
        .then(
          value => tell(String(value)),
          (error: Error) => tell(error.message),
        ),
    ),
  );
  return runs;
}

test('a work that fails before it has written anything makes no other run again', () =>
  withStore(async store => {
    const chat = await putChat(store);
    const append = (tx: Tx) => tx.append(chat, 'main', 1, [remark('kept')]);

    const runs = await runCounted(store, [
      append,
      tx => tx.fenceLane(chat, 'main', 7),
      tx => tx.renameChat(ids('chat'), 'nobody'),
      tx => tx.append(ids('chat'), 'main', 1, [remark('nowhere')]),
      async tx => tx.createChat(await existing(tx, chat)),
      append,
    ]);

    expect(runs).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await store.entries(chat)).toHaveLength(2);
  }));

test('when one fails after it has written, those before it run once more, and each is told once what became of it', () =>
  withStore(async store => {
    const chat = await putChat(store);
    const told: string[] = [];
    const append = (text: string) => async (tx: Tx) => {
      await tx.append(chat, 'main', 1, [remark(text)]);
      return text;
    };
    const failAfterWriting = async (tx: Tx) => {
      await append('taken back')(tx);
      throw new Error('own');
    };

    const runs = await runCounted(
      store,
      [append('a'), failAfterWriting, append('b'), failAfterWriting, append('c')],
      how => told.push(how),
    );

    expect(runs).toEqual([2, 2, 1, 1, 1]);
    expect(told).toEqual(['a', 'own', 'b', 'own', 'c']);
    expect((await store.entries(chat)).map(entry => [entry.seq, 'text' in entry && entry.text])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
  }));

async function existing(tx: Tx, id: ChatId): Promise<Chat> {
  const chat = await tx.chat(id);
  if (chat === undefined) throw new Error(`there is no chat ${id}`);
  return chat;
}
