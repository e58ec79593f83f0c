import { type ChatId, createIds } from '../../src/core/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { createChat } from '../../src/tasks/open-chat.ts';
import { simUser } from './program.ts';
import type { Ground } from './world.ts';

/** The chats that are there before any program is. */
export async function makeChats({ wall, prng, profile }: Ground, store: Store): Promise<ChatId[]> {
  const clock = {
    now: () => wall.offset,
    monotonic: () => 0,
    sleep: () => Promise.resolve(),
    after: () => () => undefined,
  };
  await store.write(tx => tx.putUser({ id: simUser, name: 'sim', createdAt: wall.offset }));
  const base = { store, ids: createIds(clock, prng), clock };
  const chatIds: ChatId[] = [];
  for (let number = 1; number <= profile.chats; number += 1)
    chatIds.push(await createChat(base, { user: simUser, cwd: '/work', title: `chat ${number}` }));
  return chatIds;
}
