import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { ChatId, WorkerId } from '../../core/ids.ts';
import type { Claim } from '../store.ts';
import { type Db, formed } from './query.ts';
import type { Schema } from './schema.ts';
import { isHeld } from './workers.ts';

/**
 * Chooses and leases in one statement. The best of the queue and the best of those whose process went away are each found by a partial
 * index, so ended tasks cost nothing. Statuses are literals for the sake of those indexes.
 */
const usualClaims: readonly Claim[] = [
  { worker: 'worker_' as WorkerId, now: 0, chatIds: ['chat_' as ChatId], exceptModels: [] },
];

export const claimNextTask = formed({ spelt: [], usual: usualClaims }, (db, claim: Claim) =>
  db
    .updateTable('tasks')
    .set({
      status: 'running',
      attempt: sql`attempt + 1`,
      worker: claim.worker,
      started_at: sql`COALESCE(started_at, ${claim.now})`,
      park_reason: null,
      wait_reason: null,
    })
    .where('id', '=', chosenId(db, claim))
    .returningAll(),
);

function chosenId(db: Db, claim: Claim) {
  return db
    .selectFrom(
      db
        .selectFrom(firstQueued(db, claim).as('queued'))
        .selectAll()
        .unionAll(db.selectFrom(firstAbandoned(db, claim).as('abandoned')).selectAll())
        .as('candidate'),
    )
    .select('candidate.id')
    .orderBy('candidate.priority', 'desc')
    .orderBy('candidate.created_at')
    .orderBy('candidate.id')
    .limit(sql.lit(1));
}

function firstQueued(db: Db, claim: Claim) {
  return candidates(db, claim)
    .where('status', '=', sql.lit('queued'))
    .where(({ eb, or }) => or([eb('not_before', 'is', null), eb('not_before', '<=', claim.now)]));
}

function firstAbandoned(db: Db, claim: Claim) {
  return (
    candidates(db, claim)
      .where(sql<SqlBool>`(status = 'running' OR (status = 'parked' AND park_reason = 'process-gone'))`)
      .where(({ eb, not }) => not(isHeld(eb.ref('tasks.worker'))))
      // A worker that lives does not lose its own tasks to itself, even when the clock jumped past its lease.
      .where(({ eb, or }) => or([eb('tasks.worker', 'is', null), eb('tasks.worker', '!=', claim.worker)]))
  );
}

function candidates(db: Db, claim: Claim) {
  return db
    .selectFrom('tasks')
    .select(['tasks.id', 'tasks.priority', 'tasks.created_at'])
    .where(eb => isWanted(eb, claim))
    .orderBy('tasks.priority', 'desc')
    .orderBy('tasks.created_at')
    .orderBy('tasks.id')
    .limit(sql.lit(1));
}

/**
 * An empty list of chats holds none; an empty list of models excepts none. The expression around `chat_id` keeps the planner from the index by chat,
 * which would walk all ended tasks of it.
 */
function isWanted(eb: ExpressionBuilder<Schema, 'tasks'>, { chatIds, exceptModels = [] }: Claim) {
  return eb.and([
    ...(chatIds === undefined ? [] : [isOneOf(sql`(tasks.chat_id || '')`, chatIds)]),
    ...(exceptModels.length === 0 ? [] : [eb('tasks.model', 'not in', exceptModels)]),
  ]);
}

function isOneOf(value: Expression<unknown>, list: readonly string[]) {
  return list.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${value} IN (${sql.join(list)})`;
}
