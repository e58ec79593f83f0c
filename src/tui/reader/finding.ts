import type { Look } from '../../terminal/look.ts';
import { stripped } from '../../terminal/stripped.ts';

/** How a search stands. */
export type Finding =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'seeks' | 'found' | 'missing'; readonly words: string };

export function hasWords(row: string, words: string): boolean {
  return stripped(row).toLowerCase().includes(words.toLowerCase());
}

/** A row with what was looked for marked; one that has it loses its other colours. */
export function marked(row: string, finding: Finding, { style }: Look): string {
  if (finding.kind === 'nothing' || finding.words === '' || !hasWords(row, finding.words)) return row;
  const plain = stripped(row);
  const [low, wanted] = [plain.toLowerCase(), finding.words.toLowerCase()];
  let drawn = '';
  let done = 0;
  for (let at = low.indexOf(wanted); at !== -1; at = low.indexOf(wanted, done)) {
    drawn += plain.slice(done, at) + style('match', plain.slice(at, at + wanted.length));
    done = at + wanted.length;
  }
  return drawn + plain.slice(done);
}
