import type { Look } from '../../terminal/look.ts';
import type { Span } from '../../terminal/span.ts';
import { beginningOf, widthOf } from '../../terminal/width.ts';

/** A row that is not drawn yet. */
export type Line = { readonly spans: readonly Span[]; readonly width: number };
type Piece = { readonly span: Span; readonly text: string; readonly width: number };

/** Breaks spans into lines of at most `columns` cells: at spaces, and inside of a word that is wider than a line. */
export function wrapSpans(spans: readonly Span[], columns: number): Line[] {
  const room = Math.max(1, columns);
  const lines: Line[] = [];
  let line: Piece[] = [];
  let width = 0;
  let word: Piece[] = [];
  let wordWidth = 0;
  let space: Piece | undefined;

  function endLine(): void {
    lines.push({ spans: joined(line), width });
    line = [];
    width = 0;
    space = undefined;
  }

  function endWord(): void {
    if (word.length === 0) return;
    const gap = space && line.length > 0 ? space.width : 0;
    if (line.length > 0 && width + gap + wordWidth > room) endLine();
    else if (space && line.length > 0) {
      line.push(space);
      width += space.width;
    }
    space = undefined;
    for (const piece of word) place(piece);
    word = [];
    wordWidth = 0;
  }

  function place(piece: Piece): void {
    let rest = piece;
    while (width + rest.width > room) {
      const text = beginningOf(rest.text, room - width) || (width === 0 ? firstOf(rest.text) : '');
      if (text !== '') {
        line.push({ ...rest, text, width: widthOf(text) });
        width += widthOf(text);
      }
      const left = rest.text.slice(text.length);
      rest = { ...rest, text: left, width: widthOf(left) };
      if (left === '') return;
      endLine();
    }
    line.push(rest);
    width += rest.width;
  }

  for (const span of spans) {
    for (const part of span.text.split(/(\n| +)/)) {
      if (part === '') continue;
      if (part === '\n') {
        endWord();
        endLine();
      } else if (part.startsWith(' ')) {
        endWord();
        space = { span, text: part, width: part.length };
        // Spaces at the beginning of the first line are an indentation that somebody meant.
        if (lines.length === 0 && line.length === 0) place(space);
      } else {
        const width = widthOf(part);
        word.push({ span, text: part, width });
        wordWidth += width;
      }
    }
  }
  endWord();
  if (line.length > 0 || lines.length === 0) endLine();
  return lines;
}

/** A line with its colours and links. */
export function drawLine(line: Pick<Line, 'spans'>, look: Look): string {
  return line.spans.map(span => drawSpan(span, look)).join('');
}

function drawSpan({ text, roles, href }: Span, { style }: Look): string {
  const drawn = roles.reduceRight((inner, role) => style(role, inner), text);
  return href === undefined ? drawn : `\u001b]8;;${href}\u001b\\${drawn}\u001b]8;;\u001b\\`;
}

function joined(pieces: readonly Piece[]): Span[] {
  const spans: { span: Span; text: string }[] = [];
  for (const { span, text } of pieces) {
    const last = spans.at(-1);
    if (last && (last.span === span || isAlike(last.span, span))) last.text += text;
    else spans.push({ span, text });
  }
  return spans.map(({ span, text }) => ({ ...span, text }));
}

function isAlike(one: Span, other: Span): boolean {
  return (
    one.href === other.href &&
    one.roles.length === other.roles.length &&
    one.roles.every((role, at) => role === other.roles[at])
  );
}

function firstOf(text: string): string {
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? text;
}
