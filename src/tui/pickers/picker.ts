import type { Look } from '../../terminal/look.ts';
import { createField } from '../dialogs/field.ts';
import { actionOf } from '../keys.ts';
import type { Pane } from '../pane.ts';
import { drawPicker } from './draw.ts';
import { createSearch } from './search.ts';

export type Item<T> = {
  readonly value: T;
  /** Safe to print, one row. */
  readonly label: string;
  /** Beside it, where there is room. */
  readonly hint?: string | undefined;
};
export type PickerOptions<T> = {
  /** Safe to print. */
  readonly title: string;
  readonly items: readonly Item<T>[];
  /** Said when there are none. */
  readonly empty: string;
  readonly choose: (value: T) => void;
  readonly cancel: () => void;
  readonly redraw: () => void;
  /** At most so many rows that tell more of an item, none wider than `look.columns`; beside the list or below it, where there is room for both. */
  readonly preview?: ((value: T, look: Look, most: number) => readonly string[]) | undefined;
  /** What Tab does, and how it is named. */
  readonly other?: { readonly label: string; readonly act: () => void } | undefined;
};

/** A list to choose from, by arrows and by typing a part of what is wanted. */
export function createPicker<T>(options: PickerOptions<T>): Pane {
  const { items, redraw, choose, cancel, other } = options;
  const search = createSearch(items);
  const field = createField(() => {
    at = 0;
    redraw();
  });
  let at = 0;
  /** Rows of the list that were seen last. */
  let page = 1;

  const hits = () => search(field.text().trim());

  function moveTo(index: number): boolean {
    at = Math.max(0, Math.min(hits().length - 1, index));
    redraw();
    return true;
  }

  return {
    size: 'whole',
    key(key) {
      switch (actionOf('list', key)) {
        case 'up':
          return moveTo(at - 1);
        case 'down':
          return moveTo(at + 1);
        case 'page-up':
          return moveTo(at - page);
        case 'page-down':
          return moveTo(at + page);
        case 'first':
          return moveTo(0);
        case 'last':
          return moveTo(Number.MAX_SAFE_INTEGER);
        case 'choose': {
          const item = hits()[at];
          if (item) choose(item.value);
          return true;
        }
        case 'other':
          other?.act();
          return true;
        case 'cancel':
          cancel();
          return true;
        case undefined:
          return field.key(key);
      }
    },
    draw(look, room) {
      const drawn = drawPicker({ options, hits: hits(), at, field }, look, room);
      ({ page } = drawn);
      return drawn;
    },
  };
}
