import type { UserId } from '../../core/ids.ts';
import { fixed } from './query.ts';
import type { New } from './schema.ts';

export const userById = fixed((db, p: { id: UserId }) => db.selectFrom('users').selectAll().where('id', '=', p.id));

export const upsertUser = fixed((db, p: New<'users'>) =>
  db
    .insertInto('users')
    .values({ id: p.id, name: p.name, created_at: p.created_at })
    .onConflict(c => c.column('id').doUpdateSet({ name: p.name })),
);
