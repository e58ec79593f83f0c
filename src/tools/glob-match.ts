import { limits } from '../core/limits.ts';

type Piece =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly kind: 'is'; readonly text: string };
type Segment = 'deep' | readonly Piece[];

/**
 * Tells whether a relative path matches a glob: `*` and `?` within a segment, `**` over any number of segments, `[a-z]`, `[!a]`,
 * `{a,b}` nested, `\` before a literal. Names with a leading dot match too. Takes at most length of path × length of pattern steps for
 * each alternative: a pattern comes from a model, and one that is turned into a regular expression can hold up the whole process.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const patterns = expandBraces(glob).map(alternative =>
    alternative
      .split('/')
      .filter(part => part !== '' && part !== '.')
      .map(parseSegment),
  );
  return path => {
    const parts = path.split('/');
    return patterns.some(pattern => matchAll(pattern, parts, isDeep, matchSegment));
  };
}

function parseSegment(text: string): Segment {
  return text === '**' ? 'deep' : parsePieces(text);
}

function isDeep(segment: Segment): boolean {
  return segment === 'deep';
}

function matchSegment(segment: Segment, part: string): boolean {
  return segment !== 'deep' && matchAll(segment, [...part], piece => piece.kind === 'any', matchPiece);
}

/**
 * The whole list against the whole pattern, where a star takes any number of items. A mismatch goes back to the latest star only: whatever
 * an earlier one could take, the latest can take as well.
 */
function matchAll<P, I>(
  pattern: readonly P[],
  items: readonly I[],
  isStar: (piece: P) => boolean,
  matches: (piece: P, item: I) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let index = 0; index < items.length; ) {
    const piece = pattern[at];
    const item = items[index];
    if (piece !== undefined && isStar(piece)) {
      star = at;
      taken = index;
      at += 1;
    } else if (piece !== undefined && item !== undefined && matches(piece, item)) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      taken += 1;
      index = taken;
      at = star + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(isStar);
}

function matchPiece(piece: Piece, character: string): boolean {
  switch (piece.kind) {
    case 'is':
      return piece.text === character;
    case 'set':
      return piece.ranges.some(([from, to]) => from <= character && character <= to) !== piece.isNegated;
    default:
      return true;
  }
}

function parsePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  const characters = [...text];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const end = character === '[' ? setEnd(characters, at) : -1;
    if (end > 0) {
      pieces.push(parseSet(characters.slice(at + 1, end)));
      at = end;
    } else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      pieces.push({ kind: 'is', text: characters[at] ?? '' });
    } else if (character === '*') {
      if (pieces.at(-1)?.kind !== 'any') pieces.push({ kind: 'any' });
    } else {
      pieces.push(character === '?' ? { kind: 'one' } : { kind: 'is', text: character });
    }
  }
  return pieces;
}

/** Where the set that begins here ends; a bracket that comes first is a member. -1: it is an ordinary bracket. */
function setEnd(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === '!' || characters[start + 1] === '^' ? start + 2 : start + 1;
  return characters.indexOf(']', first + 1);
}

function parseSet(members: readonly string[]): Piece {
  const isNegated = members[0] === '!' || members[0] === '^';
  const rest = isNegated ? members.slice(1) : members;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const from = rest[at] ?? '';
    const to = rest[at + 1] === '-' ? rest[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return { kind: 'set', isNegated, ranges };
}

/** `a{b,c{d,e}}` is `ab`, `acd`, `ace`. A brace without comma or partner is an ordinary character. Of more than `limits.globAlternatives` those count that there are by then. */
function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  while (open.length > 0 && done.length + open.length <= limits.globAlternatives) {
    const next = open.pop() ?? '';
    const group = firstGroup(next);
    if (!group) done.push(next);
    else open.push(...group.choices.map(choice => group.before + choice + group.after));
  }
  return done.length + open.length > limits.globAlternatives
    ? [...done, ...open].slice(0, limits.globAlternatives)
    : done;
}

function firstGroup(text: string): { before: string; choices: string[]; after: string } | undefined {
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
    if (text[start - 1] === '\\') continue;
    const choices: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let at = start; at < text.length; at += 1) {
      const character = text[at];
      if (character === '\\') at += 1;
      else if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      if ((character === ',' && depth === 1) || depth === 0) {
        choices.push(text.slice(from, at));
        from = at + 1;
      }
      if (depth === 0) break;
    }
    if (depth === 0 && choices.length > 1) return { before: text.slice(0, start), choices, after: text.slice(from) };
  }
  return undefined;
}
