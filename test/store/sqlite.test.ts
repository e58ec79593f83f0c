import { describeStore } from '../contract/store.ts';
import { createHome, openAt } from './files.ts';

describeStore('SQLite', async () => {
  const { path, dispose } = await createHome();
  const first = await openAt(path);
  const opened = [first];
  return {
    store: first,
    async reopen() {
      await opened.at(-1)?.close();
      const next = await openAt(path);
      opened.push(next);
      return next;
    },
    async dispose() {
      for (const store of opened) await store.close();
      await dispose();
    },
  };
});
