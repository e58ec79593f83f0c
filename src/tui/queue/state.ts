import type { Entry } from '../../core/entry.ts';
import { unreachable } from '../../core/error.ts';
import type { InboxId } from '../../core/ids.ts';
import type { InboxRow } from '../../store/rows.ts';

export type Waiting = Pick<InboxRow, 'id' | 'text' | 'takes' | 'wakes'>;
/** On its way into the store. */
export type Sending = { readonly key: number; readonly text: string; readonly takes: InboxRow['takes'] };

/** What waits to be read by the agent. */
export type QueueState = {
  /** `starting`: a turn has begun and takes what waits. `busy`: what comes now waits for a step, or for the end of the turn. */
  readonly phase: 'idle' | 'starting' | 'busy';
  /** In the order in which they are read. */
  readonly rows: readonly Waiting[];
  readonly sending: readonly Sending[];
  /** Counts what is known better than by a reading of the store that began before. */
  readonly version: number;
};

export type QueueEvent =
  | { readonly kind: 'sending'; readonly input: Sending }
  | { readonly kind: 'sent'; readonly key: number; readonly id: InboxId }
  | { readonly kind: 'not-sent'; readonly key: number }
  /** What the store says; `version` is what the state had when it was asked. */
  | { readonly kind: 'read'; readonly rows: readonly InboxRow[]; readonly version: number }
  | { readonly kind: 'entry'; readonly entry: Entry };

export const emptyQueue: QueueState = { phase: 'idle', rows: [], sending: [], version: 0 };

export function reduceQueue(state: QueueState, event: QueueEvent): QueueState {
  switch (event.kind) {
    case 'sending':
      return { ...state, sending: [...state.sending, event.input] };
    case 'sent':
      return sent(state, event.key, event.id);
    case 'not-sent':
      return { ...state, sending: state.sending.filter(input => input.key !== event.key) };
    case 'read':
      if (event.version !== state.version) return state;
      return { ...state, rows: event.rows.filter(row => row.kind === 'input') };
    case 'entry':
      return event.entry.lane === 'main' ? follow(state, event.entry) : state;
    default:
      return unreachable(event);
  }
}

function sent(state: QueueState, key: number, id: InboxId): QueueState {
  const input = state.sending.find(one => one.key === key);
  const sending = state.sending.filter(one => one !== input);
  if (!input || state.rows.some(row => row.id === id)) return { ...state, sending };
  const row: Waiting = { id, text: input.text, takes: input.takes, wakes: true };
  return { ...state, sending, rows: [...state.rows, row], version: state.version + 1 };
}

function follow(state: QueueState, entry: Entry): QueueState {
  switch (entry.type) {
    case 'turn:started':
      return { ...state, phase: 'starting' };
    case 'turn:ended':
      return { ...state, phase: 'idle' };
    case 'user:said': {
      const rows = state.rows.filter(row => row.id !== entry.inboxId);
      const phase = state.phase === 'idle' ? state.phase : 'busy';
      return { ...state, rows, phase, version: state.version + 1 };
    }
    default:
      return state.phase === 'starting' ? { ...state, phase: 'busy' } : state;
  }
}
