import { type SqlBool, sql } from 'kysely';
import type { ChatId, InboxId, LaneId } from '../../core/ids.ts';
import { fixed, formed, shaped } from './query.ts';
import type { New } from './schema.ts';

export const insertInbox = fixed((db, p: New<'inbox'>) =>
  db.insertInto('inbox').values({
    id: p.id,
    chat_id: p.chat_id,
    lane: p.lane,
    kind: p.kind,
    text: p.text,
    from_lane: p.from_lane,
    author: p.author,
    status: p.status,
    summary: p.summary,
    wakes: p.wakes,
    takes: p.takes,
    created_at: p.created_at,
    delivered_seq: p.delivered_seq,
  }),
);

export const inboxById = fixed((db, p: { id: InboxId }) => db.selectFrom('inbox').selectAll().where('id', '=', p.id));

export const inboxWaiting = fixed((db, p: { chatId: ChatId; lane: LaneId }) =>
  db
    .selectFrom('inbox')
    .selectAll()
    .where('chat_id', '=', p.chatId)
    .where('lane', '=', p.lane)
    .where('delivered_seq', 'is', null)
    .orderBy('arrival'),
);

/** Walks back from the newest row, whatever it is of: most rows of a store are inputs and notifications. */
export const newestInputs = fixed((db, p: { limit: number; maxChars: number }) =>
  db
    .selectFrom('inbox')
    .select('text')
    .where('lane', '=', 'main')
    .where('kind', '=', 'input')
    .where('wakes', '=', 1)
    .where(sql<SqlBool>`length(text) <= ${p.maxChars}`)
    .orderBy('arrival', 'desc')
    .limit(p.limit),
);

/** Literals, not parameters: a partial index serves only a condition that is known when the statement is prepared. */
export const chatsToWake = shaped((db, p: { chatIds?: readonly ChatId[] | undefined }) => {
  const query = db
    .selectFrom('inbox')
    .select('chat_id')
    .distinct()
    .where('delivered_seq', 'is', null)
    .where('lane', '=', sql.lit('main'))
    .where('wakes', '=', sql.lit(1 as const))
    .orderBy('chat_id');
  if (p.chatIds === undefined) return query;
  return p.chatIds.length === 0 ? query.where(sql<SqlBool>`1 = 0`) : query.where('chat_id', 'in', p.chatIds);
});

type Delivery = { ids: readonly InboxId[]; seq: number };

export const setDelivered = formed({ spelt: [], usual: [{ ids: ['inbox_' as InboxId], seq: 1 }] }, (db, p: Delivery) =>
  db.updateTable('inbox').set({ delivered_seq: p.seq }).where('id', 'in', p.ids).where('delivered_seq', 'is', null),
);

export const deleteWaiting = shaped((db, p: { ids: readonly InboxId[] }) =>
  db.deleteFrom('inbox').where('id', 'in', p.ids).where('delivered_seq', 'is', null),
);
