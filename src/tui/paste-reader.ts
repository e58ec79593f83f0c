import { limits } from '../core/limits.ts';

/** What came from a terminal, in order. `begin`: the rest of the mark that begins a paste; `paste`: the paste that began. */
export type Piece =
  | { readonly kind: 'keys' | 'begin'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string };

export type PasteReader = {
  readonly push: (chunk: string) => readonly Piece[];
  /** Nothing came for `limits.pasteTailMs`: what is held back was typed. */
  readonly quiet: () => readonly Piece[];
  readonly isHolding: () => boolean;
};

const start = '\u001b[200~';
const end = '\u001b[201~';
/** Nobody types so much while it is watched whether a paste goes on. */
const typedAtOnce = 64 * 1024;

/**
 * Takes pastes out of what comes from a terminal. What follows the end of a paste at once is held back for a moment: when another end mark
 * comes without a beginning, the first one was part of the paste, and so is what stands between them. It must not act as keys.
 */
export function createPasteReader(most: number = limits.promptBytes): PasteReader {
  let state: 'typing' | 'pasting' | 'after' = 'typing';
  /** The last characters that were given out or kept: a mark may come in two reads. */
  let seam = '';
  let parts: string[] = [];
  let size = 0;
  let held = '';

  function typing(chunk: string): Piece[] {
    const text = seam + chunk;
    const at = text.indexOf(start);
    if (at === -1) {
      seam = text.slice(-(start.length - 1));
      return [{ kind: 'keys', text: chunk }];
    }
    const given = Math.max(0, seam.length - at);
    const before = text.slice(seam.length, at);
    const rest = text.slice(at + start.length);
    state = 'pasting';
    seam = '';
    return [
      ...(before === '' ? [] : [{ kind: 'keys', text: before } as const]),
      { kind: 'begin', text: start.slice(given) },
      ...pasting(rest),
    ];
  }

  function pasting(chunk: string): Piece[] {
    const text = seam + chunk;
    const at = text.indexOf(end);
    if (at === -1) {
      const kept = text.length - (end.length - 1);
      keep(text.slice(0, Math.max(0, kept)));
      seam = text.slice(Math.max(0, kept));
      return [];
    }
    keep(text.slice(0, at));
    const paste = parts.join('');
    parts = [];
    size = 0;
    seam = '';
    state = 'after';
    return [{ kind: 'paste', text: paste }, ...after(text.slice(at + end.length))];
  }

  /** One character more than can be sent is enough to see that it is too much. */
  function keep(text: string): void {
    if (text === '' || size > most) return;
    parts.push(text.slice(0, most + 1 - size));
    size += text.length;
  }

  function after(chunk: string): Piece[] {
    held += chunk;
    const [begins, ends] = [held.indexOf(start), held.indexOf(end)];
    if (ends !== -1 && (begins === -1 || ends < begins)) {
      const text = end + held.slice(0, ends);
      const rest = held.slice(ends + end.length);
      held = '';
      return [{ kind: 'begin', text: start }, { kind: 'paste', text }, ...after(rest)];
    }
    if (begins !== -1) {
      const all = held;
      held = '';
      state = 'typing';
      return typing(all);
    }
    if (held.length <= typedAtOnce) return [];
    const text = end + held;
    held = '';
    return [
      { kind: 'begin', text: start },
      { kind: 'paste', text },
    ];
  }

  return {
    push(chunk) {
      if (state === 'typing') return typing(chunk);
      return state === 'pasting' ? pasting(chunk) : after(chunk);
    },
    quiet() {
      if (state !== 'after') return [];
      const text = held;
      held = '';
      state = 'typing';
      return text === '' ? [] : typing(text);
    },
    isHolding: () => state === 'after',
  };
}
