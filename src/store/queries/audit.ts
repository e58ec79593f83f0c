import type { ChatId, TaskId } from '../../core/ids.ts';
import { fixed, shaped } from './query.ts';
import type { New } from './schema.ts';

export const insertAudit = fixed((db, p: New<'audit'>) =>
  db.insertInto('audit').values({
    at: p.at,
    who: p.who,
    what: p.what,
    origin: p.origin,
    task_id: p.task_id,
    chat_id: p.chat_id,
    detail: p.detail,
  }),
);

/** Newest first. */
export const auditByFilter = shaped(
  (db, p: { chatId?: ChatId | undefined; taskId?: TaskId | undefined; limit?: number | undefined }) => {
    let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc');
    if (p.chatId !== undefined) query = query.where('chat_id', '=', p.chatId);
    if (p.taskId !== undefined) query = query.where('task_id', '=', p.taskId);
    return p.limit === undefined ? query : query.limit(p.limit);
  },
);
