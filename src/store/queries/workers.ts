import { type Expression, type SqlBool, sql } from 'kysely';
import type { WorkerId } from '../../core/ids.ts';
import { type Db, fixed } from './query.ts';
import type { New } from './schema.ts';

/**
 * True while that worker is registered and has not ended; never null, also for a null worker. Whether a lease ran out is for the other workers to
 * judge, each by its own clock (`tasks/silence.ts`): they end it.
 */
export function isHeld(worker: Expression<WorkerId | null>): Expression<SqlBool> {
  return sql<SqlBool>`EXISTS (SELECT 1 FROM workers WHERE workers.id = ${worker} AND ended_at IS NULL)`;
}

export const workerById = fixed((db, p: { id: WorkerId }) =>
  db.selectFrom('workers').selectAll().where('id', '=', p.id),
);

export const workersAtWork = fixed(db =>
  db.selectFrom('workers').selectAll().where('ended_at', 'is', null).orderBy('started_at').orderBy('id'),
);

export const workersEnded = fixed((db, p: { limit: number }) =>
  db
    .selectFrom('workers')
    .selectAll()
    .where('ended_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const upsertWorker = fixed((db, p: New<'workers'>) =>
  db
    .insertInto('workers')
    .values({
      id: p.id,
      kind: p.kind,
      pid: p.pid,
      host: p.host,
      started_at: p.started_at,
      lease_until: p.lease_until,
      ended_at: p.ended_at,
    })
    .onConflict(conflict =>
      conflict.column('id').doUpdateSet({
        kind: p.kind,
        pid: p.pid,
        host: p.host,
        started_at: p.started_at,
        lease_until: p.lease_until,
        ended_at: p.ended_at,
      }),
    ),
);

export const extendLease = fixed((db, p: { id: WorkerId; leaseUntil: number }) =>
  db.updateTable('workers').set({ lease_until: p.leaseUntil }).where('id', '=', p.id).where('ended_at', 'is', null),
);

export const markWorkerEnded = fixed((db, p: { id: WorkerId; at: number }) =>
  db.updateTable('workers').set({ ended_at: p.at }).where('id', '=', p.id).where('ended_at', 'is', null),
);

/** All but the newest that have ended. */
export const deleteEndedWorkers = fixed((db, p: { kept: number }) =>
  db.deleteFrom('workers').where('ended_at', 'is not', null).where('id', 'not in', newestEnded(db, p.kept)),
);

function newestEnded(db: Db, count: number) {
  return db
    .selectFrom('workers')
    .select('id')
    .where('ended_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .limit(count);
}
