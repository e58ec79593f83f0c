import { sql } from 'kysely';
import type { ChatId } from '../../core/ids.ts';
import type { ChatKind } from '../rows.ts';
import { fixed, shaped } from './query.ts';
import type { New, Schema } from './schema.ts';

export const chatById = fixed((db, p: { id: ChatId }) => db.selectFrom('chats').selectAll().where('id', '=', p.id));

export const chatsByActivity = shaped(
  (db, p: { kind?: ChatKind | undefined; cwd?: string | undefined; limit?: number | undefined }) => {
    let query = db.selectFrom('chats').selectAll().orderBy('updated_at', 'desc').orderBy('id', 'desc');
    if (p.kind !== undefined) query = query.where('kind', '=', p.kind);
    if (p.cwd !== undefined) query = query.where('cwd', '=', p.cwd);
    return p.limit === undefined ? query : query.limit(p.limit);
  },
);

export const insertChat = fixed((db, p: New<'chats'>) =>
  db.insertInto('chats').values({
    id: p.id,
    user_id: p.user_id,
    kind: p.kind,
    title: p.title,
    cwd: p.cwd,
    created_at: p.created_at,
    updated_at: p.updated_at,
    last_seq: p.last_seq,
  }),
);

export const setChatTitle = fixed((db, p: { id: ChatId; title: string }) =>
  db.updateTable('chats').set({ title: p.title }).where('id', '=', p.id),
);

/** Takes `count` numbers of the chat's counter and returns the last of them; no row when there is no such chat. */
export const takeSeqs = fixed((db, p: { id: ChatId; count: number; at: number }) =>
  db
    .updateTable('chats')
    .set({
      last_seq: sql`last_seq + ${p.count}`,
      updated_at: sql`CASE WHEN updated_at < ${p.at} THEN ${p.at} ELSE updated_at END`,
    })
    .where('id', '=', p.id)
    .returning('last_seq'),
);

/** What belongs to a chat, in the order in which foreign keys let it go; the chat itself comes after. */
export const tablesOfChat = [
  'entries',
  'streams',
  'inbox',
  'lanes',
  'approvals',
  'tasks',
] as const satisfies readonly (keyof Schema)[];

export const deleteOfChat = shaped((db, p: { table: (typeof tablesOfChat)[number]; chatId: ChatId }) =>
  db.deleteFrom(p.table).where('chat_id', '=', p.chatId),
);

export const deleteChatRow = fixed((db, p: { id: ChatId }) => db.deleteFrom('chats').where('id', '=', p.id));
