import type { Store } from '../../store/store.ts';
import { inputsOf } from './history.ts';

/** What was written before, here and in all chats. */
export type Inputs = {
  /** Newest first, those of this chat before the others. Calls at once when they are known, and otherwise when they were read. */
  readonly use: (work: (inputs: readonly string[]) => void) => void;
  /** Something was sent, or is learned of this chat; oldest first. */
  readonly add: (texts: readonly string[]) => void;
};
type InputsOptions = {
  readonly store: Pick<Store, 'recentInputs'>;
  readonly limits: { readonly inputHistory: number; readonly historyInputChars: number };
  readonly attempt: (work: () => Promise<void>) => void;
};

/** The other chats are read when somebody first asks: a start does not wait for them. */
export function createInputs({ store, limits, attempt }: InputsOptions): Inputs {
  const { inputHistory, historyInputChars } = limits;
  let own: readonly string[] = [];
  let all: readonly string[] | undefined;
  return {
    use(work) {
      if (all) return work(inputsOf(own, all, inputHistory));
      attempt(async () => {
        all ??= await store.recentInputs(inputHistory, historyInputChars);
        work(inputsOf(own, all, inputHistory));
      });
    },
    add(texts) {
      const short = texts.filter(text => text.length <= historyInputChars);
      own = [...short.toReversed(), ...own].slice(0, inputHistory);
    },
  };
}
