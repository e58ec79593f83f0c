import { AppError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';

/** AppError `usage` that names the nearest of the known ones, or all of them. */
export function unknownName(what: string, name: string, known: readonly string[]): AppError {
  const close = nearest(name, known);
  const hint = close
    ? `did you mean "${close}"?`
    : known.length === 0
      ? 'it has none'
      : `there are ${known.join(', ')}`;
  return new AppError('usage', `unknown ${what} "${name}"; ${hint}`);
}

/**
 * The subcommand that was probably meant by a first word that is none (`legwork taks list`); undefined when the words can be a prompt.
 * A single word near a subcommand, or one with options after it, is a slip; with more words the second must be a command of that subcommand.
 */
export async function misspelt(
  words: readonly string[],
  names: readonly string[],
  commandsOf: (name: string) => Promise<readonly string[]>,
): Promise<string | undefined> {
  const [first, second] = words;
  if (first === undefined || first.startsWith('-') || /\s/.test(first) || names.includes(first)) return undefined;
  const name = nearest(first, names);
  if (name === undefined) return undefined;
  if (second === undefined || second.startsWith('-')) return name;
  return (await commandsOf(name)).includes(second) ? name : undefined;
}
