import fuzzysort from 'fuzzysort';
import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import { createField } from '../dialogs/field.ts';
import { actionOf } from '../keys.ts';
import type { Drawn, Pane, Room } from '../pane.ts';

export type Item<T> = {
  readonly value: T;
  /** Safe to print, one row. */
  readonly label: string;
  /** Beside it, where there is room. */
  readonly hint?: string | undefined;
};
export type PickerOptions<T> = {
  readonly title: string;
  readonly items: readonly Item<T>[];
  /** Said when there are none. */
  readonly empty: string;
  readonly choose: (value: T) => void;
  readonly cancel: () => void;
  readonly redraw: () => void;
  /** Rows that tell more of an item; drawn below the list where there is room for both. */
  readonly preview?: ((value: T, look: Look) => readonly string[]) | undefined;
  /** What Tab does. */
  readonly other?: (() => void) | undefined;
};

/** Below so many columns there is only the list. */
const previewColumns = 50;
const previewRows = 8;
/** Hits of a search; nobody looks through more. */
const shownHits = 200;

/** A list to choose from, by arrows and by typing a part of what is wanted. */
export function createPicker<T>(options: PickerOptions<T>): Pane {
  const { items, redraw, choose, cancel } = options;
  const field = createField(() => {
    at = 0;
    redraw();
  });
  let at = 0;

  function hits(): readonly Item<T>[] {
    const wanted = field.text().trim();
    if (wanted === '') return items;
    const text = ({ label, hint = '' }: Item<T>) => `${label} ${hint}`;
    return fuzzysort.go(wanted, items, { key: text, limit: shownHits }).map(result => result.obj);
  }

  function move(by: number): boolean {
    const last = Math.max(0, hits().length - 1);
    at = Math.min(last, Math.max(0, at + by));
    redraw();
    return true;
  }

  return {
    size: 'whole',
    key(key) {
      switch (actionOf('list', key)) {
        case 'up':
          return move(-1);
        case 'down':
          return move(1);
        case 'page-up':
          return move(-10);
        case 'page-down':
          return move(10);
        case 'choose': {
          const item = hits()[at];
          if (item) choose(item.value);
          return true;
        }
        case 'other':
          options.other?.();
          return true;
        case 'cancel':
          cancel();
          return true;
        case undefined:
          return field.key(key);
      }
    },
    draw: (look, room) => drawPicker(options, hits(), at, field, look, room),
  };
}

function drawPicker<T>(
  { title, items, empty, preview }: PickerOptions<T>,
  hits: readonly Item<T>[],
  at: number,
  field: ReturnType<typeof createField>,
  look: Look,
  room: Room,
): Drawn {
  const { style, glyphs } = look;
  const count = items.length === hits.length ? `${items.length}` : `${hits.length} of ${items.length}`;
  const head = style('strong', clip(`${title} (${count})`, room.columns, glyphs.ellipsis));
  const search = field.draw('search:', look, room);
  const selected = hits[at];
  const more =
    preview && selected && room.columns >= previewColumns && room.rows > 14
      ? preview(selected.value, look).slice(-previewRows)
      : [];
  const space = Math.max(1, room.rows - 2 - (more.length > 0 ? more.length + 1 : 0));
  const first = Math.max(0, Math.min(at - Math.floor(space / 2), hits.length - space));
  const list = hits.slice(first, first + space).map((item, index) => itemRow(item, first + index === at, look, room));
  const rows = [
    head,
    ...search.rows,
    ...(list.length > 0
      ? list
      : [style('dim', clip(`  ${items.length === 0 ? empty : 'nothing like that'}`, room.columns))]),
  ];
  const rule = more.length > 0 ? [style('border', glyphs.line.repeat(Math.min(room.columns, 40)))] : [];
  return {
    rows: [...rows, ...rule, ...more].slice(0, room.rows),
    cursor: search.cursor && { ...search.cursor, row: 1 },
  };
}

function itemRow<T>(
  { label, hint = '' }: Item<T>,
  isSelected: boolean,
  { style, glyphs }: Look,
  { columns }: Room,
): string {
  const text = clip(`${isSelected ? glyphs.pointer : ' '} ${label}`, columns, glyphs.ellipsis);
  const left = columns - widthOf(text) - 2;
  const more = hint !== '' && left > 8 ? style('dim', `  ${clip(hint, left, glyphs.ellipsis)}`) : '';
  return (isSelected ? style('accent', text) : text) + more;
}
