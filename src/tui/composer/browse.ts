import type { Key } from '../key.ts';
import { actionOf } from '../keys.ts';
import { type Editor, reduceEditor } from './editor.ts';
import { findInput } from './history.ts';
import type { Inputs } from './inputs.ts';
import type { Search } from './view.ts';

/** Going through what was written before. What was being written is kept, and comes back below the newest. */
export type Browsing = {
  readonly isOn: () => boolean;
  /** -1: to the older one. */
  readonly step: (by: -1 | 1) => void;
  readonly search: () => void;
  readonly searched: () => Search | undefined;
  /** True when a search took the key. */
  readonly key: (key: Key) => boolean;
  /** What is shown is the draft from now on. */
  readonly leave: () => void;
};
type Shown = { readonly editor: () => Editor; readonly show: (editor: Editor) => void };

/** `at` counts from the newest; -1 is the draft. */
type Mode =
  | { readonly kind: 'draft' }
  | { readonly kind: 'steps'; readonly at: number; readonly kept: Editor }
  | { readonly kind: 'search'; readonly at: number; readonly kept: Editor; readonly query: string };

export function createBrowsing(inputs: Inputs, { editor, show }: Shown): Browsing {
  let mode: Mode = { kind: 'draft' };

  function restore(kept: Editor): void {
    mode = { kind: 'draft' };
    show(kept);
  }

  function put(text: string, kept: Editor, where: 'first' | 'last'): void {
    const end = text.indexOf('\n');
    const cursor = where === 'first' && end !== -1 ? end : text.length;
    show({ ...reduceEditor(kept, { kind: 'put', text, cursor }), kills: editor().kills });
  }

  function stepIn(list: readonly string[], by: -1 | 1): void {
    const kept = mode.kind === 'draft' ? editor() : mode.kept;
    const at = (mode.kind === 'draft' ? -1 : mode.at) - by;
    if (at === -1 && mode.kind === 'steps') {
      restore(kept);
      return;
    }
    const text = list[at];
    if (at < 0 || text === undefined) return;
    mode = { kind: 'steps', at, kept };
    put(text, kept, by === -1 ? 'first' : 'last');
  }

  /** Looks from where the last one was found; stays there when there is no other. */
  function find(list: readonly string[], query: string, from: number, step: 1 | -1): void {
    const kept = mode.kind === 'draft' ? editor() : mode.kept;
    const isFurther = mode.kind === 'search' && mode.query === query && query !== '';
    const found = findInput(list, query, from, step);
    const before = mode.kind === 'search' && isFurther ? mode.at : -1;
    const at = found === -1 ? before : found;
    mode = { kind: 'search', at, kept, query };
    const text = list[at];
    if (text === undefined) show(kept);
    else put(text, kept, 'last');
  }

  function searchKey(key: Key, { query, at, kept }: Extract<Mode, { kind: 'search' }>): boolean {
    const look = (next: string, from: number, step: 1 | -1 = 1) => inputs.use(list => find(list, next, from, step));
    if (key.kind !== 'key') {
      look(query + key.text.replaceAll('\n', ' '), Math.max(0, at));
      return true;
    }
    switch (actionOf('search', key)) {
      case 'older':
        look(query, at + 1);
        return true;
      case 'newer':
        look(query, Math.max(0, at - 1), -1);
        return true;
      case 'shorten':
        look([...query].slice(0, -1).join(''), 0);
        return true;
      case 'take':
        mode = { kind: 'draft' };
        return true;
      case 'cancel':
        restore(kept);
        return true;
      case undefined:
        // Any other key works on what was found.
        mode = { kind: 'draft' };
        return false;
    }
  }

  return {
    isOn: () => mode.kind !== 'draft',
    step: by => inputs.use(list => stepIn(list, by)),
    search() {
      mode = { kind: 'search', at: -1, kept: editor(), query: '' };
      inputs.use(() => undefined);
    },
    searched: () => (mode.kind === 'search' ? { query: mode.query, hasFound: mode.at !== -1 } : undefined),
    key: key => mode.kind === 'search' && searchKey(key, mode),
    leave() {
      mode = { kind: 'draft' };
    },
  };
}
