import type { Look } from '../terminal/look.ts';
import type { Key } from './key.ts';

/** Cells that a part of the screen may take. */
export type Room = { readonly columns: number; readonly rows: number };

/** Rows with our own colours, none wider than the room; `cursor` counts from 0 in them. */
export type Drawn = {
  readonly rows: readonly string[];
  readonly cursor?: { readonly row: number; readonly column: number } | undefined;
};

/** Rows above the pane that show what goes on: speech, calls, the group, the queue. They take no keys. */
export type Strip = {
  /** At most `room.rows` rows; none when there is nothing to show. */
  readonly draw: (look: Look, room: Room) => readonly string[];
};

/** What can hold the keyboard: the composer, a dialog, a panel. */
export type Pane = {
  /** `strip`: stands below the strips. `whole`: has the whole live region for itself, but for the status line. */
  readonly size: 'strip' | 'whole';
  /** At most `room.rows` rows. */
  readonly draw: (look: Look, room: Room) => Drawn;
  /** False when the key is not for it: then the keys that work anywhere are looked at. */
  readonly key: (key: Key) => boolean;
};
