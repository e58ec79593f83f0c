/** Runs what is given under one key one after the other, what is under different keys side by side. */
export type Locks = <T>(key: string, run: () => Promise<T>) => Promise<T>;

/** Between check and write of one file nobody else of this process may write it: the lanes of all subagents live here (R16). */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(run);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
