import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Key } from '../key.ts';
import { actionOf } from '../keys.ts';

/** What may be written in place of a word. */
export type Suggestion = {
  readonly insert: string;
  /** Safe to print, one row. */
  readonly label: string;
  /** Beside it, where there is room. */
  readonly hint?: string;
  /** `whole`: may be sent as it is. `part`: more has to be written after it. `open`: more may be chosen after it, without a space. */
  readonly is: 'whole' | 'part' | 'open';
};
type Suggestions = {
  /** The word, as offsets of the draft. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly Suggestion[];
  /** What Enter does with what is chosen. */
  readonly enter: 'send' | 'take';
};
type Written = { readonly text: string; readonly cursor: number };
/** What may stand where the cursor is; undefined or no items: nothing is offered. */
export type Suggest = (written: Written) => Suggestions | undefined;

export type Popup = {
  /** After the text has changed: `typed` may open it, anything else closes it. */
  readonly follow: (isTyped: boolean) => void;
  /** True when the key was for it; false: the composer goes on with the key, on what is then written. */
  readonly key: (key: Key) => boolean;
  readonly draw: (look: Look, columns: number, rows: number) => readonly string[];
};
export type PopupOptions = {
  readonly suggest: readonly Suggest[];
  readonly written: () => Written;
  readonly replace: (start: number, end: number, text: string) => void;
};

const mostRows = 8;

/** The list below the composer of what the word at the cursor may become. */
export function createPopup({ suggest, written, replace }: PopupOptions): Popup {
  let isOpen = false;
  let at = 0;

  function offered(): Suggestions | undefined {
    if (!isOpen) return undefined;
    const now = written();
    for (const one of suggest) {
      const found = one(now);
      if (found && found.items.length > 0) return found;
    }
    return undefined;
  }

  function take({ start, end }: Suggestions, { insert, is }: Suggestion): void {
    const { text } = written();
    const space = is === 'open' || text[end] === ' ' ? '' : ' ';
    replace(start, end, insert + space);
    isOpen = is === 'open';
    at = 0;
  }

  /** True when Enter has done all that it does. */
  function enter(list: Suggestions, item: Suggestion): boolean {
    const { start, end } = list;
    if (written().text.slice(start, end) === item.insert) {
      isOpen = false;
      return false;
    }
    if (list.enter === 'take' || item.is === 'part') {
      take(list, item);
      return true;
    }
    replace(start, end, item.insert);
    return false;
  }

  return {
    follow(isTyped) {
      isOpen = isTyped;
      at = 0;
    },
    key(key) {
      const action = isOpen ? actionOf('popup', key) : undefined;
      const list = action && offered();
      const item = list?.items[Math.min(at, list.items.length - 1)];
      if (!list || !item) return false;
      switch (action) {
        case 'up':
        case 'down': {
          const count = list.items.length;
          at = (Math.min(at, count - 1) + (action === 'up' ? count - 1 : 1)) % count;
          return true;
        }
        case 'take':
          take(list, item);
          return true;
        case 'enter':
          return enter(list, item);
        case 'close':
          isOpen = false;
          return true;
        case undefined:
          return false;
      }
    },
    draw(look, columns, rows) {
      const list = rows > 0 ? offered() : undefined;
      return list ? drawItems(list.items, Math.min(at, list.items.length - 1), look, columns, rows) : [];
    },
  };
}

function drawItems(
  items: readonly Suggestion[],
  at: number,
  look: Look,
  columns: number,
  rows: number,
): readonly string[] {
  const height = Math.min(mostRows, rows, items.length);
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), items.length - height));
  const shown = items.slice(first, first + height);
  const column = Math.min(Math.max(...shown.map(item => widthOf(item.label))), Math.floor(columns / 2));
  return shown.map((item, index) => drawItem(item, first + index === at, column, look, columns));
}

function drawItem(
  { label, hint = '' }: Suggestion,
  isChosen: boolean,
  column: number,
  { style, glyphs }: Look,
  columns: number,
): string {
  const text = clip(`${isChosen ? glyphs.pointer : ' '} ${label}`, columns, glyphs.ellipsis);
  const gap = Math.max(2, column + 4 - widthOf(text));
  const left = columns - widthOf(text) - gap;
  const more = hint !== '' && left > 8 ? ' '.repeat(gap) + style('dim', clip(hint, left, glyphs.ellipsis)) : '';
  return (isChosen ? style('accent', text) : text) + more;
}
