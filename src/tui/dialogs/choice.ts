import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import { actionOf } from '../keys.ts';
import type { Drawn, Pane, Room } from '../pane.ts';

export type Option<T> = {
  readonly value: T;
  /** Safe to print. */
  readonly label: string;
  /** A single character that takes it at once. */
  readonly letter?: string | undefined;
  readonly hint?: string | undefined;
};
export type ChoiceOptions<T> = {
  readonly title: string;
  readonly options: readonly Option<T>[];
  readonly choose: (value: T) => void;
  readonly cancel: () => void;
  readonly redraw: () => void;
};

/** A question with a few answers: arrows and Enter, a number, or the letter of an answer. */
export function createChoice<T>({ title, options, choose, cancel, redraw }: ChoiceOptions<T>): Pane {
  let at = 0;

  function move(by: number): void {
    at = (at + by + options.length) % options.length;
    redraw();
  }

  function take(index: number): void {
    const option = options[index];
    if (option) choose(option.value);
  }

  return {
    size: 'strip',
    draw: (look, room) => drawChoice(title, options, at, look, room),
    key(key) {
      switch (actionOf('choice', key)) {
        case 'up':
          move(-1);
          return true;
        case 'down':
          move(1);
          return true;
        case 'choose':
          take(at);
          return true;
        case 'cancel':
          cancel();
          return true;
        case undefined:
          break;
      }
      if (key.kind !== 'text') return false;
      const number = /^[1-9]$/.test(key.text) ? Number(key.text) - 1 : -1;
      take(number >= 0 ? number : options.findIndex(option => option.letter === key.text.toLowerCase()));
      return true;
    },
  };
}

/** Fewer columns than this hold no label that could be wrapped. */
const narrow = 16;

function drawChoice<T>(title: string, options: readonly Option<T>[], at: number, look: Look, room: Room): Drawn {
  const head = (title === '' ? [] : rowsOf(title, room.columns)).map(row => look.style('strong', row));
  const drawn = options.map((option, index) => optionRows(option, index, index === at, look, room.columns));
  const space = Math.max(1, room.rows - head.length);
  const rows = drawn.flat();
  const begin = drawn.slice(0, at).flat().length;
  const end = begin + (drawn[at]?.length ?? 0);
  const first = Math.max(0, Math.min(Math.max(end - space, 0), begin, rows.length - space));
  return { rows: [...head.slice(0, room.rows - 1), ...rows.slice(first, first + space)] };
}

/** A label that is too long is wrapped: what is chosen must be seen whole. */
function optionRows<T>(
  { label, letter, hint }: Option<T>,
  index: number,
  isAt: boolean,
  { style, glyphs }: Look,
  columns: number,
): string[] {
  const lead = `${isAt ? glyphs.pointer : ' '} ${letter ?? index + 1}  `;
  const paint = (text: string) => (isAt ? style('accent', text) : text);
  if (columns < narrow) return [paint(clip(lead + label, columns, glyphs.ellipsis))];
  const [first = '', ...others] = rowsOf(label, columns - lead.length);
  const left = columns - lead.length - widthOf(first) - 3;
  const isShort = others.length === 0 && left > 10;
  const more = hint !== undefined && isShort ? style('dim', `  ${clip(hint, left, glyphs.ellipsis)}`) : '';
  return [paint(lead + first) + more, ...others.map(row => paint(' '.repeat(lead.length) + row))];
}
