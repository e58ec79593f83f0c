import * as z from 'zod';
import { type Entry, type EntryBody, parseEntryBody } from '../../core/entry.ts';
import { AppError } from '../../core/error.ts';
import type { ChatId } from '../../core/ids.ts';
import type { EntriesTable } from '../queries/schema.ts';
import { readJson } from './json.ts';
import type { OwnBodies } from './own-bodies.ts';

export function entryToRow({ chatId, seq, lane, at, type, ...data }: Entry): EntriesTable {
  return { chat_id: chatId, seq, lane, type, data: JSON.stringify(data), at };
}

/** AppError `store` that names chat and seq when the row is not an entry that this version knows. */
export function entryOf(chatId: ChatId, row: Omit<EntriesTable, 'chat_id'>, own: OwnBodies): Entry {
  return { chatId, seq: row.seq, lane: row.lane, at: row.at, ...bodyOf(chatId, row, own) };
}

function bodyOf(chatId: ChatId, row: Pick<EntriesTable, 'seq' | 'type' | 'data'>, own: OwnBodies): EntryBody {
  const where = `Entry ${row.seq} of chat ${chatId}`;
  const data = readJson(row.data, where);
  // The text of a body that had this type when it was written.
  if (own.has(row.type, row.data)) return { ...(data as object), type: row.type } as EntryBody;
  const parsed = parseEntryBody(typeof data === 'object' ? { ...data, type: row.type } : data);
  if (parsed.success) return parsed.data;
  throw new AppError('store', `${where} cannot be read: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}
