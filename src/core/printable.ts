import { visible } from './visible.ts';

/** A text of several lines for a terminal: control sequences are shown escaped, line ends stay (R25). */
export function printable(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n');
}
