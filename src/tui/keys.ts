import { composerKeys } from './composer/keys.ts';
import { type Key, nameOf } from './key.ts';
import { queueKeys } from './queue/keys.ts';
import { taskKeys } from './tasks/keys.ts';

/** Where a key means something, in words. `anywhere`: when the pane on top has no use for it. */
export const places = {
  anywhere: 'anywhere',
  composer: 'where you write',
  popup: 'at suggestions',
  search: 'in a search of what was written before',
  queue: 'in the queue',
  choice: 'at a question',
  list: 'in a list',
  tasks: 'in the task panel',
  approval: 'at an approval',
  reader: 'in a reader',
} as const;
export type Place = keyof typeof places;

export type Binding = {
  readonly place: Place;
  /** Names as `nameOf` gives them; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly action: string;
  readonly help: string;
};

/** Every key that means something, and what. `/keys` and docs/terminal.md show this table. */
export const bindings = [
  { place: 'anywhere', keys: ['ctrl+c'], action: 'interrupt', help: 'interrupt; empty the composer; twice: leave' },
  { place: 'anywhere', keys: ['escape'], action: 'stop-turn', help: 'interrupt the turn; background tasks go on' },
  { place: 'anywhere', keys: ['ctrl+d'], action: 'leave', help: 'leave, when nothing is typed' },
  { place: 'anywhere', keys: ['ctrl+z'], action: 'suspend', help: 'back to the shell until `fg`' },
  { place: 'anywhere', keys: ['ctrl+l'], action: 'redraw', help: 'draw the screen anew' },
  { place: 'anywhere', keys: ['ctrl+o'], action: 'expand', help: 'the conversation with everything in full' },
  { place: 'anywhere', keys: ['ctrl+t'], action: 'tasks', help: 'the tasks of the chat' },
  {
    place: 'anywhere',
    keys: ['ctrl+b'],
    action: 'background',
    help: 'what the conversation waits for goes on in the background',
  },
  {
    place: 'anywhere',
    keys: ['shift+tab'],
    action: 'next-mode',
    help: 'next permission mode: ask, accept-edits, plan',
  },
  { place: 'approval', keys: ['pageup'], action: 'page-up', help: 'a page up in what is asked' },
  { place: 'approval', keys: ['pagedown'], action: 'page-down', help: 'a page down in what is asked' },
  { place: 'approval', keys: ['shift+up'], action: 'up', help: 'a row up in what is asked' },
  { place: 'approval', keys: ['shift+down'], action: 'down', help: 'a row down in what is asked' },
  { place: 'approval', keys: ['home'], action: 'first', help: 'to the beginning of what is asked' },
  { place: 'approval', keys: ['end'], action: 'last', help: 'to the end of what is asked' },
  { place: 'list', keys: ['up', 'ctrl+p'], action: 'up', help: 'one up; typing searches' },
  { place: 'list', keys: ['down', 'ctrl+n'], action: 'down', help: 'one down' },
  { place: 'list', keys: ['pageup'], action: 'page-up', help: 'one page up' },
  { place: 'list', keys: ['pagedown'], action: 'page-down', help: 'one page down' },
  { place: 'list', keys: ['home'], action: 'first', help: 'to the first' },
  { place: 'list', keys: ['end'], action: 'last', help: 'to the last' },
  { place: 'list', keys: ['return'], action: 'choose', help: 'take it' },
  { place: 'list', keys: ['tab'], action: 'other', help: 'of chats: those of all folders, or of this one' },
  { place: 'list', keys: ['escape', 'ctrl+c'], action: 'cancel', help: 'close the list' },
  ...taskKeys,
  ...composerKeys,
  ...queueKeys,
  { place: 'choice', keys: ['up', 'ctrl+p'], action: 'up', help: 'one up' },
  { place: 'choice', keys: ['down', 'ctrl+n', 'tab'], action: 'down', help: 'one down' },
  { place: 'choice', keys: ['return'], action: 'choose', help: 'take it' },
  { place: 'choice', keys: ['escape', 'ctrl+c'], action: 'cancel', help: 'leave it as it was' },
  { place: 'reader', keys: ['up', 'k'], action: 'up', help: 'one row up' },
  { place: 'reader', keys: ['down', 'j'], action: 'down', help: 'one row down' },
  { place: 'reader', keys: ['pageup', 'b'], action: 'page-up', help: 'one page up' },
  { place: 'reader', keys: ['pagedown', ' '], action: 'page-down', help: 'one page down' },
  { place: 'reader', keys: ['g', 'home'], action: 'first', help: 'to the beginning' },
  { place: 'reader', keys: ['G', 'end'], action: 'last', help: 'to the end, and along with it' },
  { place: 'reader', keys: ['/'], action: 'search', help: 'search' },
  { place: 'reader', keys: ['n'], action: 'next', help: 'next hit' },
  { place: 'reader', keys: ['N'], action: 'previous', help: 'hit before' },
  { place: 'reader', keys: ['escape', 'q', 'ctrl+o', 'ctrl+c'], action: 'close', help: 'back' },
] as const satisfies readonly Binding[];

export type Action<P extends Place> = Extract<(typeof bindings)[number], { place: P }>['action'];

/** What a key means in a place, also a single character that was typed; undefined when it means nothing there. */
export function actionOf<P extends Place>(place: P, key: Key): Action<P> | undefined {
  if (key.kind !== 'key' && (key.kind === 'paste' || key.text.length !== 1)) return undefined;
  const name = key.kind === 'key' ? nameOf(key) : key.text;
  const found = bindings.find(binding => binding.place === place && includes(binding.keys, name));
  // The table pairs each action with its place.
  return found?.action as Action<P> | undefined;
}

function includes(keys: readonly string[], name: string): boolean {
  return keys.includes(name);
}
