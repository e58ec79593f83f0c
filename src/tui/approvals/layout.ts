import type { Look } from '../../terminal/look.ts';
import { clip } from '../../terminal/width.ts';
import type { Drawn, Room } from '../pane.ts';

export type ApprovalParts = {
  readonly title: string;
  /** About it, the most important first: where there is little room the last ones go. */
  readonly facts: readonly string[];
  /** What is to be decided about. */
  readonly body: readonly string[];
  /** Rows of it that were scrolled past. */
  readonly offset: number;
  readonly answers: (room: Room) => Drawn;
  readonly foot: string;
  /** What stands under it, as far as there is room. `isOwner`: the keys are its own. */
  readonly below: { readonly draw: (room: Room) => Drawn; readonly isOwner: boolean } | undefined;
};
export type ApprovalLayout = Drawn & {
  readonly offset: number;
  /** Rows of the body that are seen at once. */
  readonly page: number;
  /** At least a part of what is asked is seen; otherwise nobody can say yes to it. */
  readonly isReadable: boolean;
};

/** Fewer columns than this show nothing that could be decided about. */
const narrow = 20;
/** In fewer rows what stands under it is left out, unless the keys go there. */
const low = 14;
const lowest = 8;

/** Title, facts, body and answers in the room that there is. The body keeps a few rows before all but the title, one answer and the last row. */
export function layOut(parts: ApprovalParts, look: Look, room: Room): ApprovalLayout {
  const { columns } = room;
  const few = Math.min(parts.body.length, 2);
  if (columns < narrow || room.rows < few + 3) return tooSmall(parts, look, room);
  const isShown = parts.below && room.rows >= (parts.below.isOwner ? lowest : low);
  const below = isShown ? parts.below?.draw({ columns, rows: Math.max(1, Math.floor(room.rows * 0.3)) }) : undefined;
  const space = room.rows - (below?.rows.length ?? 0) - 2;
  const least = Math.min(parts.body.length, 3, space - 1);
  const answers = parts.answers({ columns, rows: Math.max(1, space - least) });
  const left = space - answers.rows.length;
  const facts = parts.facts.slice(0, Math.max(0, left - least));
  const body = windowOf(parts, left - facts.length, look);
  const gap = left - facts.length - body.rows.length > 0 ? [''] : [];
  const above = [...gap, parts.title, ...facts, ...body.rows];
  const rows = [...above, ...answers.rows, parts.foot, ...(below?.rows ?? [])];
  const inAnswers = answers.cursor && { ...answers.cursor, row: answers.cursor.row + above.length };
  const inBelow = below?.cursor && {
    ...below.cursor,
    row: below.cursor.row + above.length + answers.rows.length + 1,
  };
  return {
    rows,
    cursor: parts.below?.isOwner ? inBelow : inAnswers,
    offset: body.offset,
    page: body.page,
    isReadable: true,
  };
}

function tooSmall({ title }: ApprovalParts, { style, glyphs }: Look, { columns, rows }: Room): ApprovalLayout {
  const hint = style('warning', clip('make the window larger to answer', columns, glyphs.ellipsis));
  const fit = columns < narrow ? [hint] : [title, hint];
  return { rows: fit.slice(-Math.max(1, rows)), offset: 0, page: 1, isReadable: false };
}

/** As much as there is room for; what is above and below is counted, so that nothing looks complete that is not. */
function windowOf(
  { body, offset }: ApprovalParts,
  most: number,
  look: Look,
): { rows: readonly string[]; offset: number; page: number } {
  if (body.length <= most) return { rows: body, offset: 0, page: most };
  const page = Math.max(1, most - 1);
  const at = Math.max(0, Math.min(offset, body.length - page));
  const below = body.length - at - page;
  const hint = `  ${at} rows above, ${below} below: PageUp, PageDown`;
  return {
    rows: [...body.slice(at, at + page), look.style('warning', clip(hint, look.columns, look.glyphs.ellipsis))],
    offset: at,
    page,
  };
}
