/** Borders between characters as they are drawn (graphemes), and between words. A line end is always a border. */
const segmenter = new Intl.Segmenter();

export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The first border after `at`; the end of the text when there is none. */
export function nextBorder(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (text[at] === '\n') return at + 1;
  return characterAt(text, at).end;
}

/** The last border before `at`. */
export function previousBorder(text: string, at: number): number {
  if (at <= 0) return 0;
  if (text[at - 1] === '\n') return at - 1;
  return characterAt(text, at - 1).start;
}

/** `at` when it is a border, and the next one when it is in the middle of a character. */
export function borderFrom(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  if (text[at] === '\n' || text[at - 1] === '\n') return at;
  const { start, end } = characterAt(text, at);
  return start === at ? at : end;
}

/** Characters of a text without line ends. */
export function charactersOf(text: string): Iterable<Intl.SegmentData> {
  return segmenter.segment(text);
}

const wordCharacter = /[\p{L}\p{N}\p{M}\p{Co}_]/u;
const spaceCharacter = /\s/u;

/** Where the word before `at` begins. `bigWords`: everything between spaces is one. */
export function wordStart(text: string, at: number, bigWords = false): number {
  let to = at;
  const isIn = (from: number) => isWord(text.slice(from, to), bigWords);
  while (to > 0 && !isIn(previousBorder(text, to))) to = previousBorder(text, to);
  while (to > 0 && isIn(previousBorder(text, to))) to = previousBorder(text, to);
  return to;
}

/** Where the word after `at` ends. */
export function wordEnd(text: string, at: number): number {
  let to = at;
  const isIn = (next: number) => isWord(text.slice(to, next), false);
  while (to < text.length && !isIn(nextBorder(text, to))) to = nextBorder(text, to);
  while (to < text.length && isIn(nextBorder(text, to))) to = nextBorder(text, to);
  return to;
}

function isWord(character: string, bigWords: boolean): boolean {
  return bigWords ? !spaceCharacter.test(character) : wordCharacter.test(character);
}

/** Only the characters around are looked at: a text may be long, and every key asks. */
function characterAt(text: string, at: number): { start: number; end: number } {
  const from = sureBorderUpTo(text, at);
  const to = sureBorderAfter(text, at);
  if (to - from === 1) return { start: from, end: to };
  const found = segmenter.segment(text.slice(from, to)).containing(at - from);
  return found
    ? { start: from + found.index, end: from + found.index + found.segment.length }
    : { start: at, end: at + 1 };
}

function sureBorderUpTo(text: string, at: number): number {
  let from = at;
  while (from > 0 && !isSureBorder(text, from)) from -= 1;
  return from;
}

function sureBorderAfter(text: string, at: number): number {
  let to = at + 1;
  while (to < text.length && !isSureBorder(text, to)) to += 1;
  return to;
}

/** Between two plain ASCII characters, and at a line end, characters never join. */
function isSureBorder(text: string, at: number): boolean {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before === 10 || after === 10 || (isPlain(before) && isPlain(after));
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}
