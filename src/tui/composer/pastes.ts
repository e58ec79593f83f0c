import { limits } from '../../core/limits.ts';
import { amount } from '../../core/text.ts';

/** A long text that stands in the draft as one character, its token. */
export type Paste = { readonly text: string; readonly number: number };
export type Pastes = ReadonlyMap<string, Paste>;

export const noPastes: Pastes = new Map();

/** Characters of a plane for private use: whoever pastes or types one gets a token for it, so that every one in a draft is ours. */
const firstToken = 0xf0000;
const tokens = /[\u{f0000}-\u{ffffd}]/gu;
const anyToken = /[\u{f0000}-\u{ffffd}]/u;

export function hasToken(text: string): boolean {
  return anyToken.test(text);
}

/** A paste this long would hide what was written around it; a text that holds a token could be mistaken for one. */
export function isFolded(text: string): boolean {
  return text.length > limits.foldedChars || isLong(text) || anyToken.test(text);
}

function isLong(text: string): boolean {
  let at = -1;
  for (let line = 0; line < limits.foldedLines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) return false;
  }
  return true;
}

/** The pastes with one more, and its token. */
export function fold(pastes: Pastes, text: string): { readonly pastes: Pastes; readonly token: string } {
  const number = Math.max(0, ...[...pastes.values()].map(paste => paste.number)) + 1;
  const token = String.fromCodePoint(firstToken + number);
  return { token, pastes: new Map(pastes).set(token, { text, number }) };
}

/** The draft as it is sent. */
export function unfold(text: string, pastes: Pastes): string {
  return pastes.size === 0 ? text : text.replace(tokens, token => pastes.get(token)?.text ?? '');
}

/** How a token is drawn: `[pasted #1: 240 lines]`. */
export function labelOf({ text, number }: Paste): string {
  const lines = countLines(text);
  const size = lines > 1 ? amount(lines, 'line', 'lines') : amount(text.length, 'character', 'characters');
  return `[pasted #${number}: ${size}]`;
}

/** Labels of pastes that were drawn: counting the lines of ten megabytes at each key takes too long. */
export function labelled(pastes: Pastes): (token: string) => string {
  return token => {
    const paste = pastes.get(token);
    if (!paste) return '';
    const known = labels.get(paste);
    if (known !== undefined) return known;
    const label = labelOf(paste);
    labels.set(paste, label);
    return label;
  };
}

const labels = new WeakMap<Paste, string>();

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
