export type Store<S, E> = {
  get: () => S;
  dispatch: (event: E) => void;
  subscribe: (listener: () => void) => () => void;
};

/** A value that only a reducer changes; listeners hear of it after it changed. */
export function createStore<S, E>(reduce: (state: S, event: E) => S, initial: S): Store<S, E> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const notify of listeners) notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
