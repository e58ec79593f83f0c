import { Chalk, type ChalkInstance } from 'chalk';
import type { Display, ThemeName } from '../core/display.ts';
import { ascii, type Glyphs, unicode } from './glyphs.ts';
import type { Painter } from './span.ts';
import { type Role, themes } from './theme.ts';

/** How rows are drawn: how wide, with which glyphs, in which colours. */
export type Look = {
  readonly columns: number;
  readonly isAscii: boolean;
  /** Links as OSC 8. */
  readonly hasLinks: boolean;
  readonly glyphs: Glyphs;
  /** Colours of the theme around a text that is safe to print; the text itself where there are no colours. */
  readonly style: (role: Role, text: string) => string;
  /** Colours of code, for the languages that are known; absent until they are loaded. */
  readonly highlight?: ((language: string) => Painter | undefined) | undefined;
};

export type LookOptions = {
  readonly display: Pick<Display, 'theme' | 'isAscii'>;
  readonly color: 'auto' | 'never' | 'always';
  readonly columns: number;
  readonly highlight?: Look['highlight'];
};

/** `auto` has been decided by then: a theme that is still `auto` is drawn as `dark`. */
export function createLook({ display, color, columns, highlight }: LookOptions): Look {
  const isColoured = color !== 'never' && display.theme !== 'none';
  return {
    columns,
    isAscii: display.isAscii,
    hasLinks: isColoured,
    glyphs: display.isAscii ? ascii : unicode,
    style: isColoured ? styleOf(display.theme) : (_role, text) => text,
    highlight: isColoured ? highlight : undefined,
  };
}

function styleOf(theme: ThemeName): Look['style'] {
  const paint = new Chalk({ level: 1 });
  const paints = themes[theme === 'auto' || theme === 'none' ? 'dark' : theme];
  const made = new Map<Role, ChalkInstance>();
  return (role, text) => {
    if (text === '') return '';
    const known = made.get(role);
    if (known) return known(text);
    const fresh = paints[role](paint);
    made.set(role, fresh);
    return fresh(text);
  };
}
