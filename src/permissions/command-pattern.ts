import { basename } from 'node:path';
import { matchesWildcard } from './wildcard.ts';

/**
 * Whether the words of one command match a pattern for commands. `git status`: that and nothing more. `git log *`: with anything or nothing
 * after it. `npm run test:*`: that word, `npm run test:unit`, and either with more words. A `*` that is a word in the middle stands for one
 * word, one inside a word for characters of that word.
 */
export function matchesCommand(pattern: string, words: readonly string[]): boolean {
  const wanted = patternWords(pattern);
  if (wanted.isOpen ? words.length < wanted.words.length : words.length !== wanted.words.length) return false;
  return wanted.words.every((word, index) => {
    const actual = words[index] ?? '';
    return (
      matchesWildcard(word, actual) ||
      (wanted.hasColon && index === wanted.words.length - 1 && actual.startsWith(`${word}:`))
    );
  });
}

/**
 * For rules that forbid or ask, in a line that is not understood: whether the words of the pattern occur in it in their order, the first
 * also by another path to the same program. Errs to the side of the rule.
 */
export function mayHoldCommand(pattern: string, words: readonly string[]): boolean {
  const wanted = patternWords(pattern).words;
  let found = 0;
  for (const word of words) {
    const next = wanted[found];
    if (next === undefined) break;
    if (matchesWildcard(next, word) || (found === 0 && matchesWildcard(next, basename(word)))) found += 1;
  }
  return found === wanted.length;
}

function patternWords(pattern: string): { words: string[]; isOpen: boolean; hasColon: boolean } {
  const hasColon = pattern.endsWith(':*');
  const words = (hasColon ? pattern.slice(0, -2) : pattern)
    .split(/\s+/)
    .filter(word => word !== '')
    .map(unquoted);
  const isOpen = hasColon || words.at(-1) === '*';
  return { words: isOpen && !hasColon ? words.slice(0, -1) : words, isOpen, hasColon };
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/s, '$2');
}
