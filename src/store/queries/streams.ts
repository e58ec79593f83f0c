import type { ChatId, LaneId } from '../../core/ids.ts';
import { fixed } from './query.ts';
import type { New } from './schema.ts';

export const upsertStream = fixed((db, p: New<'streams'>) =>
  db
    .insertInto('streams')
    .values({ chat_id: p.chat_id, lane: p.lane, text: p.text, at: p.at })
    .onConflict(conflict => conflict.columns(['chat_id', 'lane']).doUpdateSet({ text: p.text, at: p.at })),
);

export const deleteStream = fixed((db, p: { chatId: ChatId; lane: LaneId }) =>
  db.deleteFrom('streams').where('chat_id', '=', p.chatId).where('lane', '=', p.lane),
);

export const streamsOfChat = fixed((db, p: { chatId: ChatId }) =>
  db.selectFrom('streams').selectAll().where('chat_id', '=', p.chatId).orderBy('lane'),
);
