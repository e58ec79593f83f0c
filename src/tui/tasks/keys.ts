import type { Binding } from '../keys.ts';

/** Keys of the panel of tasks. */
export const taskKeys = [
  { place: 'tasks', keys: ['up', 'k'], action: 'up', help: 'one up' },
  { place: 'tasks', keys: ['down', 'j'], action: 'down', help: 'one down' },
  { place: 'tasks', keys: ['pageup'], action: 'page-up', help: 'ten up' },
  { place: 'tasks', keys: ['pagedown'], action: 'page-down', help: 'ten down' },
  { place: 'tasks', keys: ['g', 'home'], action: 'first', help: 'to the newest' },
  { place: 'tasks', keys: ['G', 'end'], action: 'last', help: 'to the oldest' },
  { place: 'tasks', keys: ['return'], action: 'open', help: 'read it; one that has ended from its report on' },
  { place: 'tasks', keys: ['o'], action: 'lane', help: 'read it, at its end' },
  { place: 'tasks', keys: ['s'], action: 'stop', help: 'stop it, and after a question what is under it' },
  { place: 'tasks', keys: ['m'], action: 'message', help: 'send it a message; one that has ended goes on with it' },
  { place: 'tasks', keys: ['b', 'ctrl+b'], action: 'background', help: 'let it go on in the background' },
  { place: 'tasks', keys: ['r'], action: 'retry', help: 'try it again: failed, stopped or parked' },
  { place: 'tasks', keys: ['/'], action: 'filter', help: 'only those with these words, also of how they stand' },
  { place: 'tasks', keys: ['escape'], action: 'escape', help: 'back; of a task at work: stop it, or back' },
  { place: 'tasks', keys: ['q', 'ctrl+t', 'ctrl+c'], action: 'close', help: 'back' },
] as const satisfies readonly Binding[];
