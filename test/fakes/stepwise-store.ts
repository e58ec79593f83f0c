import type { Change, Store } from '../../src/store/store.ts';

export type Stepwise = Store & {
  /** Tells whoever listens that another process wrote something. */
  hint(): void;
};

/**
 * The store of one process in which each answer comes, each commit is made, and each is known to be made, when `step` lets it: what others do
 * meanwhile stands between. Whoever listens hears of a commit in the moment in which it is made.
 */
export function stepwiseStore(inner: Store, step: (what: string) => Promise<void>): Stepwise {
  const listeners = new Set<(change: Change) => void>();
  const hint = () => {
    for (const listener of [...listeners]) listener({ kind: 'elsewhere' });
  };
  const own: Pick<Stepwise, 'write' | 'onChange' | 'watchClosely' | 'hint'> = {
    async write(work) {
      await step('commits');
      const value = await inner.write(work);
      await step('has committed');
      return value;
    },
    onChange(listener) {
      listeners.add(listener);
      const off = inner.onChange(listener);
      return () => {
        listeners.delete(listener);
        off();
      };
    },
    watchClosely: inner.watchClosely,
    hint,
  };
  return new Proxy(inner, {
    get(target, name, receiver) {
      if (name in own) return Reflect.get(own, name);
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const answer: unknown = await Reflect.apply(member, target, args);
        await step(`reads ${String(name)}`);
        return answer;
      };
    },
  }) as Stepwise; // What the store has not, `own` has.
}
