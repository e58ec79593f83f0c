import type { Key as InkKey } from 'ink';

/** What a person did at the keyboard. A paste comes as a whole, its lines end in `\n`. Text never holds a control character. */
export type Key =
  | { readonly kind: 'text' | 'paste'; readonly text: string }
  | ({ readonly kind: 'key'; readonly name: string } & Modifiers);
type Modifiers = { readonly ctrl: boolean; readonly meta: boolean; readonly shift: boolean };

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'return'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const;

/**
 * Keys of one event of Ink's `useInput`. Ink gives what came in one read as one text: `abc\r` is text and then Enter, and control
 * characters in the middle are the keys they stand for. Function keys give none; what Ink does not know does not come here (`replies.ts`).
 */
export function keysOf(input: string, key: InkKey): readonly Key[] {
  if (key.eventType === 'release') return [];
  const { ctrl, meta, shift } = key;
  if (key.super || key.hyper) return [];
  const known = named.find(([flag]) => key[flag]);
  if (known) return [{ kind: 'key', name: known[1], ctrl, meta, shift }];
  if (ctrl || meta) return input.length === 1 ? [{ kind: 'key', name: input.toLowerCase(), ctrl, meta, shift }] : [];
  return split(input);
}

/** A paste with every kind of line end as `\n`. */
export function pasteOf(text: string): Key {
  return { kind: 'paste', text: text.replace(/\r\n?/g, '\n') };
}

const controls: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
};

function split(input: string): Key[] {
  const keys: Key[] = [];
  for (const part of input.split(/([\u0000-\u001f\u007f])/)) {
    if (part === '') continue;
    const code = part.charCodeAt(0);
    const name = controls[part];
    if (name !== undefined) keys.push({ kind: 'key', name, ctrl: false, meta: false, shift: false });
    else if (code === 27) keys.push({ kind: 'key', name: 'escape', ctrl: false, meta: false, shift: false });
    else if (code < 27 && code > 0)
      keys.push({ kind: 'key', name: String.fromCharCode(code + 96), ctrl: true, meta: false, shift: false });
    else if (code === 31) keys.push({ kind: 'key', name: '_', ctrl: true, meta: false, shift: false });
    else if (code >= 32) keys.push({ kind: 'text', text: part.replace(/[\u0080-\u009f]/g, '') });
  }
  return keys;
}

/** As it stands in the tables of keys: `ctrl+c`, `shift+tab`, `alt+return`. */
export function nameOf(key: Extract<Key, { kind: 'key' }>): string {
  const modifiers = [key.ctrl && 'ctrl', key.meta && key.name !== 'escape' && 'alt', key.shift && 'shift'];
  return [...modifiers.filter(modifier => modifier !== false), key.name].join('+');
}
