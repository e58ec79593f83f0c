import { createLook, type Look } from '../../src/terminal/look.ts';

/** Rows without colours, as drawn text. */
export function plainLook(columns = 80, isAscii = false): Look {
  return createLook({ display: { theme: 'none', isAscii }, color: 'never', columns });
}
