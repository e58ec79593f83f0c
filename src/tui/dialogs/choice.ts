import type { Look } from '../../terminal/look.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { clip } from '../../terminal/width.ts';
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

function drawChoice<T>(title: string, options: readonly Option<T>[], at: number, look: Look, room: Room): Drawn {
  const { style, glyphs } = look;
  const head = (title === '' ? [] : rowsOf(title, room.columns)).map(row => style('strong', row));
  const rows = options.map(({ label, letter, hint }, index) => {
    const mark = index === at ? glyphs.pointer : ' ';
    const keys = letter === undefined ? `${index + 1}` : letter;
    const text = clip(`${mark} ${keys}  ${label}`, room.columns, glyphs.ellipsis);
    const left = room.columns - text.length - 3;
    const more = hint !== undefined && left > 10 ? style('dim', `  ${clip(hint, left, glyphs.ellipsis)}`) : '';
    return (index === at ? style('accent', text) : text) + more;
  });
  const space = Math.max(1, room.rows - head.length);
  const first = Math.max(0, Math.min(at - space + 1, options.length - space));
  return { rows: [...head.slice(0, room.rows - 1), ...rows.slice(first, first + space)] };
}
