import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AgentId, ChatId, ConversationId, LaneId, TaskId, TurnId, UserId } from '../../core/ids.ts';
import { endedStatuses, openStatuses, type TaskStatus } from '../../core/task-status.ts';
import type { TaskFilter } from '../store.ts';
import { fixed, formed, shaped } from './query.ts';
import type { New, TasksTable } from './schema.ts';

export const taskById = fixed((db, p: { id: TaskId }) => db.selectFrom('tasks').selectAll().where('id', '=', p.id));

const usualFilters: readonly TaskFilter[] = [{ chatId: 'chat_' as ChatId, statuses: openStatuses }];

export const tasksByFilter = formed(
  { spelt: ['statuses', 'newestFirst'], usual: usualFilters },
  (db, p: TaskFilter) => {
    const direction = p.newestFirst === true ? 'desc' : 'asc';
    // The children of a lane are few: `+` keeps the planner from walking all that is open, or all of the chat in order, instead of them.
    const ofParent = p.parentLane !== undefined;
    const age = ofParent ? sql`+created_at` : sql.ref('created_at');
    let query = db.selectFrom('tasks').selectAll().orderBy(age, direction).orderBy('id', direction);
    if (p.chatId !== undefined) query = query.where('chat_id', '=', p.chatId);
    if (p.statuses !== undefined)
      query = query.where(ofParent ? isOneOf(p.statuses, sql`+status`) : hasStatus(p.statuses));
    if (p.parentLane !== undefined) query = query.where('parent_lane', '=', p.parentLane);
    if (p.since !== undefined) query = query.where('created_at', '>=', p.since);
    return p.limit === undefined ? query : query.limit(p.limit);
  },
);

/**
 * Literals, and the condition of the partial index of open tasks word by word, because the planner compares words: so it is used whenever no ended
 * task is asked for.
 */
function hasStatus(statuses: readonly TaskStatus[]) {
  const isListed = isOneOf(statuses, sql`status`);
  if (statuses.length === 0 || statuses.some(status => endedStatuses.includes(status))) return isListed;
  return sql<SqlBool>`(${isListed} AND status IN ('queued', 'waiting', 'running', 'parked'))`;
}

/** An empty list is nobody's status. */
function isOneOf(statuses: readonly TaskStatus[], status: RawBuilder<unknown>) {
  if (statuses.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${status} IN (${sql.join(statuses.map(one => sql.lit(one)))})`;
}

export const taskOfCall = fixed((db, p: { chatId: ChatId; parentLane: LaneId; callId: string }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('chat_id', '=', p.chatId)
    .where('parent_lane', '=', p.parentLane)
    .where('parent_call_id', '=', p.callId),
);

export const taskOfDedupeKey = fixed((db, p: { key: string }) =>
  db.selectFrom('tasks').selectAll().where('dedupe_key', '=', p.key),
);

export const newestTaskOfAgent = fixed((db, p: { agentId: AgentId }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('agent_id', '=', p.agentId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(1)),
);

export const newestTaskOfConversation = fixed((db, p: { conversationId: ConversationId }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('conversation_id', '=', p.conversationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(1)),
);

export type TaskCount = {
  rootTurnId?: TurnId;
  creator?: UserId;
  chatId?: ChatId;
  since?: number;
  statuses?: readonly TaskStatus[];
};

export const countTasksByFilter = shaped((db, p: TaskCount) => {
  let query = db.selectFrom('tasks').select(eb => eb.fn.countAll<number>().as('count'));
  if (p.rootTurnId !== undefined) query = query.where('root_turn_id', '=', p.rootTurnId);
  if (p.creator !== undefined) query = query.where('creator', '=', p.creator);
  if (p.chatId !== undefined) query = query.where('chat_id', '=', p.chatId);
  if (p.since !== undefined) query = query.where('created_at', '>=', p.since);
  return p.statuses === undefined ? query : query.where(hasStatus(p.statuses));
});

/** Counts the queued tasks before a task in the order of claims; 0 when it is not queued. */
export const countQueuedBefore = fixed((db, p: { id: TaskId }) =>
  db
    .selectFrom('tasks as self')
    .innerJoin('tasks as other', join =>
      join
        .on('other.status', '=', sql.lit('queued'))
        .on(
          sql<SqlBool>`(other.priority > self.priority OR (other.priority = self.priority AND (other.created_at, other.id) < (self.created_at, self.id)))`,
        ),
    )
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('self.id', '=', p.id)
    .where('self.status', '=', sql.lit('queued')),
);

export const insertTaskRow = shaped((db, p: New<'tasks'>) => db.insertInto('tasks').values(p));

export const updateTask = shaped((db, p: { id: TaskId; set: Partial<TasksTable> }) =>
  db.updateTable('tasks').set(p.set).where('id', '=', p.id),
);

const figures = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cost_usd'] as const;
export type UsageColumns = { [K in (typeof figures)[number]]: number | null };

/** A figure that is null is left as it was: null stays null. */
export const addToTask = fixed((db, p: UsageColumns & { id: TaskId; tool_uses: number; steps: number }) =>
  db
    .updateTable('tasks')
    .set({
      input_tokens: sql`CASE WHEN ${p.input_tokens} IS NULL THEN input_tokens ELSE COALESCE(input_tokens, 0) + ${p.input_tokens} END`,
      output_tokens: sql`CASE WHEN ${p.output_tokens} IS NULL THEN output_tokens ELSE COALESCE(output_tokens, 0) + ${p.output_tokens} END`,
      cache_read_tokens: sql`CASE WHEN ${p.cache_read_tokens} IS NULL THEN cache_read_tokens ELSE COALESCE(cache_read_tokens, 0) + ${p.cache_read_tokens} END`,
      cache_write_tokens: sql`CASE WHEN ${p.cache_write_tokens} IS NULL THEN cache_write_tokens ELSE COALESCE(cache_write_tokens, 0) + ${p.cache_write_tokens} END`,
      cost_usd: sql`CASE WHEN ${p.cost_usd} IS NULL THEN cost_usd ELSE COALESCE(cost_usd, 0) + ${p.cost_usd} END`,
      tool_uses: sql`tool_uses + ${p.tool_uses}`,
      steps: sql`steps + ${p.steps}`,
    })
    .where('id', '=', p.id),
);

export const deleteTaskRows = shaped((db, p: { ids: readonly TaskId[] }) =>
  db.deleteFrom('tasks').where('id', 'in', p.ids),
);
