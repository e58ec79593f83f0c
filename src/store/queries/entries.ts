import type { EntryType } from '../../core/entry.ts';
import type { ChatId, LaneId } from '../../core/ids.ts';
import { fixed, formed } from './query.ts';
import type { New } from './schema.ts';

export const insertEntry = fixed((db, p: New<'entries'>) =>
  db
    .insertInto('entries')
    .values({ chat_id: p.chat_id, seq: p.seq, lane: p.lane, type: p.type, data: p.data, at: p.at }),
);

export type EntryRange = {
  chatId: ChatId;
  after?: number | undefined;
  through?: number | undefined;
  lane?: LaneId | undefined;
  type?: EntryType | undefined;
  limit?: number | undefined;
};

const columns = ['seq', 'lane', 'type', 'data', 'at'] as const;

const usualRanges: readonly EntryRange[] = [
  { chatId: 'chat_' as ChatId, after: 0, limit: 1 },
  { chatId: 'chat_' as ChatId, lane: 'main' },
  { chatId: 'chat_' as ChatId, after: 0, lane: 'main', type: 'policy:changed' },
  { chatId: 'chat_' as ChatId, after: 0, through: 0, lane: 'main', type: 'policy:changed' },
];

export const entriesInRange = formed({ spelt: [], usual: usualRanges }, (db, p: EntryRange) => {
  let query = db.selectFrom('entries').select(columns).where('chat_id', '=', p.chatId).orderBy('seq');
  if (p.lane !== undefined) query = query.where('lane', '=', p.lane);
  if (p.type !== undefined) query = query.where('type', '=', p.type);
  if (p.after !== undefined) query = query.where('seq', '>', p.after);
  if (p.through !== undefined) query = query.where('seq', '<=', p.through);
  return p.limit === undefined ? query : query.limit(p.limit);
});

export type NewestEntries = {
  chatId: ChatId;
  limit: number;
  lane?: LaneId | undefined;
  before?: number | undefined;
};

/** Newest first. */
export const newestEntries = formed({ spelt: [], usual: [] }, (db, p: NewestEntries) => {
  let query = db.selectFrom('entries').select(columns).where('chat_id', '=', p.chatId).orderBy('seq', 'desc');
  if (p.lane !== undefined) query = query.where('lane', '=', p.lane);
  if (p.before !== undefined) query = query.where('seq', '<', p.before);
  return query.limit(p.limit);
});
