import { visible } from '../../core/visible.ts';
import { rowsOf } from '../../terminal/rows.ts';
import { widthOf } from '../../terminal/width.ts';
import { actionOf } from '../keys.ts';
import type { Pane } from '../pane.ts';

export type ComposerOptions = {
  readonly submit: (text: string) => void;
  readonly redraw: () => void;
};
export type Composer = Pane & {
  readonly text: () => string;
  readonly clear: () => void;
};

/** Where a person writes. */
export function createComposer({ submit, redraw }: ComposerOptions): Composer {
  let text = '';
  return {
    size: 'strip',
    text: () => text,
    clear() {
      text = '';
      redraw();
    },
    draw({ style, glyphs }, { columns, rows }) {
      const shown = rowsOf(text, columns - 2).slice(-rows);
      const drawn = shown.map((row, index) => `${index === 0 ? style('user', glyphs.prompt) : ' '} ${row}`);
      const last = shown.at(-1) ?? '';
      return { rows: drawn, cursor: { row: drawn.length - 1, column: 2 + widthOf(visible(last)) } };
    },
    key(key) {
      if (key.kind !== 'key') text += key.text;
      else if (actionOf('composer', key) === 'send') {
        if (text.trim() === '') return true;
        const sent = text;
        text = '';
        submit(sent);
      } else if (key.name === 'backspace') text = text.slice(0, -1);
      else return false;
      redraw();
      return true;
    },
  };
}
