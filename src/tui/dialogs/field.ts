import { visible } from '../../core/visible.ts';
import type { Look } from '../../terminal/look.ts';
import { clip, widthOf } from '../../terminal/width.ts';
import type { Key } from '../key.ts';
import type { Drawn, Room } from '../pane.ts';

/** One line that is typed in a dialog. */
export type Field = {
  readonly text: () => string;
  readonly draw: (label: string, look: Look, room: Room) => Drawn;
  /** False for keys that are not about text. */
  readonly key: (key: Key) => boolean;
};

export function createField(redraw: () => void): Field {
  let characters: readonly string[] = [];

  function set(next: readonly string[]): boolean {
    characters = next;
    redraw();
    return true;
  }

  return {
    text: () => characters.join(''),
    draw(label, { style, glyphs }, { columns }) {
      const text = visible(characters.join('').replaceAll('\n', ' '));
      const room = Math.max(1, columns - widthOf(label) - 2);
      const over = widthOf(text) > room;
      const shown = over ? tailOf(text, room, glyphs.ellipsis) : text;
      const row = clip(`${label} ${shown}`, columns, glyphs.ellipsis);
      return { rows: [style('accent', row)], cursor: { row: 0, column: widthOf(row) } };
    },
    key(key) {
      if (key.kind !== 'key') return set([...characters, ...segments(key.text)]);
      if (key.name === 'backspace' && !key.ctrl)
        return set(key.meta ? withoutWord(characters) : characters.slice(0, -1));
      if (key.ctrl && key.name === 'u') return set([]);
      return key.ctrl && key.name === 'w' ? set(withoutWord(characters)) : false;
    },
  };
}

function segments(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function withoutWord(characters: readonly string[]): string[] {
  return segments(characters.join('').replace(/\S+\s*$/, ''));
}

function tailOf(text: string, columns: number, ellipsis: string): string {
  const all = segments(text);
  while (all.length > 0 && widthOf(all.join('')) > columns - 1) all.shift();
  return ellipsis + all.join('');
}
