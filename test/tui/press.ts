import type { Key } from '../../src/tui/key.ts';

/** A key by its name in the tables: `up`, `ctrl+t`, `escape`; a single character, or more of them, is text. */
export function pressed(name: string): Key {
  const parts = name.length > 1 ? name.split('+') : [name];
  const last = parts.at(-1) ?? '';
  const has = (modifier: string) => parts.slice(0, -1).includes(modifier);
  if (parts.length === 1 && !named.includes(name)) return { kind: 'text', text: name };
  return { kind: 'key', name: last, ctrl: has('ctrl'), meta: has('alt'), shift: has('shift') };
}

const named = [
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'return',
  'escape',
  'tab',
  'backspace',
  'delete',
];
