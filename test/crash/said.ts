import type { Entry, EntryType } from '../../src/core/entry.ts';
import type { ChatId, InboxId, WorkerId } from '../../src/core/ids.ts';
import type { DriverState } from '../../src/engine/lane-driver.ts';

/** A line of the driver's stdout: what the program had acknowledged by then. */
export type Said =
  | { readonly kind: 'chat'; readonly chatId: ChatId }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'sent'; readonly inboxId: InboxId }
  | { readonly kind: 'state'; readonly state: DriverState; readonly worker: WorkerId }
  | { readonly kind: 'done' };

export const isState =
  (state: DriverState) =>
  (said: Said): said is Extract<Said, { kind: 'state' }> =>
    said.kind === 'state' && said.state === state;

/** Of any lane, or of the main one or a task's. */
export const isEntry =
  (type: EntryType, lane?: 'main' | 'task') =>
  (said: Said): said is Extract<Said, { kind: 'entry' }> =>
    said.kind === 'entry' &&
    said.entry.type === type &&
    (lane === undefined || (said.entry.lane === 'main') === (lane === 'main'));
