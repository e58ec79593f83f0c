import type { Binding } from '../keys.ts';

export const queueKeys = [
  { place: 'queue', keys: ['up', 'ctrl+p'], action: 'up', help: 'one up' },
  { place: 'queue', keys: ['down', 'ctrl+n'], action: 'down', help: 'one down; below the last: back to the composer' },
  { place: 'queue', keys: ['return', 'e'], action: 'edit', help: 'take it back into the composer' },
  { place: 'queue', keys: ['delete', 'backspace', 'd'], action: 'remove', help: 'remove it' },
  { place: 'queue', keys: ['alt+up', 'shift+up', 'k'], action: 'earlier', help: 'let it be read earlier' },
  { place: 'queue', keys: ['alt+down', 'shift+down', 'j'], action: 'later', help: 'let it be read later' },
  { place: 'queue', keys: ['t'], action: 'takes', help: 'read it at the next step, or after the turn' },
  { place: 'queue', keys: ['escape', 'ctrl+c'], action: 'leave', help: 'back to the composer' },
] as const satisfies readonly Binding[];
