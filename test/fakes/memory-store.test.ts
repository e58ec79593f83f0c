import { describeStore } from '../contract/store.ts';
import { createMemoryDatabase, openMemoryStore } from './memory-store/store.ts';

describeStore('memory', async () => {
  const database = createMemoryDatabase();
  return {
    store: openMemoryStore(database),
    reopen: async () => openMemoryStore(database),
    dispose: async () => undefined,
  };
});
