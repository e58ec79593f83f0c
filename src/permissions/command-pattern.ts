import { basename } from 'node:path';
import { matchesWildcard } from './wildcard.ts';

/** A pattern for commands, taken apart. `isOpen`: more words may follow. `hasColon`: the last word may go on after a colon. */
export type CommandPattern = {
  readonly words: readonly string[];
  readonly isOpen: boolean;
  readonly hasColon: boolean;
};

export function readCommandPattern(pattern: string): CommandPattern {
  const hasColon = pattern.endsWith(':*');
  const words = (hasColon ? pattern.slice(0, -2) : pattern)
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => word.replace(/^(['"])(.*)\1$/s, '$2'));
  const isOpen = hasColon || words.at(-1) === '*';
  return { words: isOpen && !hasColon ? words.slice(0, -1) : words, isOpen, hasColon };
}

/**
 * Whether the words of one command match. `git status`: that and nothing more. `git log *`: with anything or nothing after it.
 * `npm run test:*`: that word, `npm run test:unit`, and either with more words. A `*` that is a word in the middle stands for one word,
 * one inside a word for characters of that word.
 */
export function matchesCommand({ words: wanted, isOpen, hasColon }: CommandPattern, words: readonly string[]): boolean {
  if (isOpen ? words.length < wanted.length : words.length !== wanted.length) return false;
  return wanted.every((word, index) => {
    const actual = words[index] ?? '';
    if (matchesWildcard(word, actual)) return true;
    return hasColon && index === wanted.length - 1 && actual.startsWith(`${word}:`);
  });
}

/**
 * For rules that forbid or ask, in a line that is not understood: whether the words of the pattern occur in it in their order, the first
 * also by another path to the same program. Errs to the side of the rule.
 */
export function mayHoldCommand({ words: wanted }: CommandPattern, words: readonly string[]): boolean {
  let found = 0;
  for (const word of words) {
    const next = wanted[found];
    if (next === undefined) break;
    if (matchesWildcard(next, word) || (found === 0 && matchesWildcard(next, basename(word)))) found += 1;
  }
  return found === wanted.length;
}
