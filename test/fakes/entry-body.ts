import { type EntryBody, parseEntryBody } from '../../src/core/entry.ts';

/** The body of an entry, as a reader of the store would get it. Throws when it is none. */
export function entryBody(body: unknown): EntryBody {
  const parsed = parseEntryBody(body);
  if (parsed.success) return parsed.data;
  throw parsed.error;
}
