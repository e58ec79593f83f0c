import type { Clock } from '../../src/core/ports.ts';
import type { Change, Store } from '../../src/store/store.ts';

export type Mortal = {
  readonly store: Store;
  readonly clock: Clock;
  kill(): Promise<void>;
  /** Resolves when it has died of its `count`-th further entry. */
  killAfter(count: number): Promise<void>;
};

/**
 * A store and a clock of a process that can die: from then on no timer fires, nobody hears of a change, and no question or write of it ever returns.
 * Writes that were committed before stay.
 */
export function createMortal(real: Store, realClock: Clock, onDeath: () => void): Mortal {
  let isDead = false;
  let left = Number.POSITIVE_INFINITY;
  const died = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);

  function die(): void {
    if (isDead) return;
    isDead = true;
    onDeath();
    died.resolve();
  }
  const off = real.onChange(change => {
    if (change.kind !== 'committed') return;
    left -= change.entries.length;
    if (left <= 0) die();
  });
  const outlive = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const value = await work;
      return isDead ? never : value;
    } catch (error) {
      if (isDead) return never;
      throw error;
    }
  };
  const store = new Proxy(real, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      if (name === 'watchClosely') return () => target.watchClosely();
      if (name === 'onChange')
        return (listener: (change: Change) => void) => target.onChange(change => void (isDead || listener(change)));
      return (...args: unknown[]) => (isDead ? never : outlive(Promise.resolve(Reflect.apply(member, target, args))));
    },
  });
  const clock: Clock = {
    now: () => realClock.now(),
    monotonic: () => realClock.monotonic(),
    after: (ms, run) => realClock.after(ms, () => void (isDead || run())),
    sleep: (ms, options) => (isDead ? never : outlive(realClock.sleep(ms, options))),
  };
  return {
    store,
    clock,
    async kill() {
      die();
      off();
      await real.close();
    },
    async killAfter(count) {
      left = count;
      await died.promise;
      off();
      await real.close();
    },
  };
}
