import { type SqlBool, sql } from 'kysely';
import { fixed } from './query.ts';

/** Patterns of LIKE for the beginning and the end of an id. */
type Like = { start: string; end: string; limit: number };

export const taskIdsLike = fixed((db, p: Like) =>
  db
    .selectFrom('tasks')
    .select('id')
    .where(sql<SqlBool>`(id LIKE ${p.end} OR id LIKE ${p.start})`)
    .orderBy('id')
    .limit(p.limit),
);

export const chatIdsLike = fixed((db, p: Like) =>
  db
    .selectFrom('chats')
    .select('id')
    .where(sql<SqlBool>`(id LIKE ${p.end} OR id LIKE ${p.start})`)
    .orderBy('id')
    .limit(p.limit),
);
