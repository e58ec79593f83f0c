import type { Look } from '../../terminal/look.ts';
import type { Role } from '../../terminal/theme.ts';
import { clip, widthOf } from '../../terminal/width.ts';

/** A piece of a row, safe to print. The higher its rank, the earlier it goes when there is no room; of rank 0 something always stays. */
export type Piece = { readonly text: string; readonly rank: number; readonly role?: Role | undefined };

/** Pieces with dots between them in at most `width` columns: the less important ones go first, then those that stay are cut. */
export function fitPieces(pieces: readonly Piece[], width: number, look: Look): string {
  const { glyphs, style } = look;
  const between = ` ${glyphs.separator} `;
  const wide = (of: readonly Piece[]) =>
    of.reduce((sum, { text }) => sum + widthOf(text), 0) + Math.max(0, of.length - 1) * between.length;
  let kept = pieces;
  while (wide(kept) > width) {
    const worst = Math.max(...kept.map(({ rank }) => rank));
    if (worst === 0) break;
    const at = kept.findLastIndex(({ rank }) => rank === worst);
    kept = kept.filter((_, index) => index !== at);
  }
  const drawn = cut(kept, width, wide(kept), between.length, look);
  return drawn.map(({ text, role }) => (role ? style(role, text) : text)).join(style('dim', between));
}

/** When even what has to stay is too wide, its first piece keeps the half, and the others share the rest. */
function cut(kept: readonly Piece[], width: number, wide: number, gap: number, { glyphs }: Look): readonly Piece[] {
  if (wide <= width) return kept;
  const [first, ...others] = kept;
  if (!first) return [];
  const most = others.length === 0 ? width : Math.max(1, Math.ceil((width - gap * others.length) / 2));
  const name = clip(first.text, Math.min(width, most), glyphs.ellipsis);
  const cutRow: Piece[] = [{ ...first, text: name }];
  let left = width - widthOf(name);
  for (const piece of others) {
    const text = left > gap ? clip(piece.text, left - gap, glyphs.ellipsis) : '';
    if (text === '') break;
    cutRow.push({ ...piece, text });
    left -= gap + widthOf(text);
  }
  return cutRow;
}
