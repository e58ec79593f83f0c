import { Chalk, type ChalkInstance } from 'chalk';
import type { Display } from '../core/display.ts';
import { createLook, type Look as Drawing } from '../terminal/look.ts';

/** How lines are drawn: what both terminal faces share, and colours by name. */
export type Look = Drawing & { readonly paint: ChalkInstance };

export type PlainLookOptions = {
  readonly color: 'auto' | 'never' | 'always';
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly display?: Pick<Display, 'theme' | 'isAscii'>;
};

/** `auto`: colours for a terminal only. */
export function createPlainLook({ color, isTerminal, columns, display }: PlainLookOptions): Look {
  const isColoured = color === 'always' || (color === 'auto' && isTerminal);
  const drawing = createLook({
    display: display ?? { theme: 'dark', isAscii: false },
    color: isColoured ? 'always' : 'never',
    columns,
  });
  return { ...drawing, hasLinks: false, paint: new Chalk({ level: isColoured ? 1 : 0 }) };
}
