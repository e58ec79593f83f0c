import { AppError } from '../core/error.ts';
import { type IdByPrefix, isId } from '../core/ids.ts';

/** Fewest characters of an id that name it, and most ids that an error lists. */
const leastPart = 3;
const listed = 8;

/**
 * The id that a person means by a whole id or by a part of one, its end or its beginning, that only one has. AppError `not-found`, or `usage`
 * that lists which it could be. A whole id is not looked up.
 */
export async function idNamed<Kind extends 'task' | 'chat'>(
  kind: Kind,
  text: string,
  like: (part: string, limit: number) => Promise<IdByPrefix[Kind][]>,
): Promise<IdByPrefix[Kind]> {
  const wanted = text.trim().toLowerCase();
  if (isId(kind, wanted)) return wanted;
  const part = wanted.startsWith(`${kind}_`) ? wanted.slice(kind.length + 1) : wanted;
  const isPart = part.length >= leastPart && /^[0-9a-z]{1,26}$/.test(part);
  const ids = isPart ? await like(part, listed + 1) : [];
  const [first, second] = ids;
  if (first === undefined) throw noneNamed(kind, text);
  if (second === undefined) return first;
  const list = `${ids.slice(0, listed).join(', ')}${ids.length > listed ? ' …' : ''}`;
  throw new AppError('usage', `"${text}" could be more than one ${kind}: ${list}`);
}

export function noneNamed(kind: 'task' | 'chat', text: string): AppError {
  return new AppError('not-found', `there is no ${kind} "${text}"; \`legwork ${kind}s list\` shows what there is`);
}
