import type { TaskId } from '../../core/ids.ts';
import { type Db, fixed } from './query.ts';

/** The task and everything under it: a task's lane has the task's id, and its children name that lane. */
function withTree(db: Db, id: TaskId) {
  return db.withRecursive('tree', cte =>
    cte
      .selectFrom('tasks')
      .select(['id', 'chat_id'])
      .where('id', '=', id)
      .union(
        cte
          .selectFrom('tasks as child')
          .innerJoin('tree', join =>
            join.onRef('child.chat_id', '=', 'tree.chat_id').onRef('child.parent_lane', '=', 'tree.id'),
          )
          .select(['child.id', 'child.chat_id']),
      ),
  );
}

export const sumTree = fixed((db, p: { id: TaskId }) =>
  withTree(db, p.id)
    .selectFrom('tree')
    .innerJoin('tasks', 'tasks.id', 'tree.id')
    .select(({ fn }) => [
      fn.sum<number | null>('input_tokens').as('input_tokens'),
      fn.sum<number | null>('output_tokens').as('output_tokens'),
      fn.sum<number | null>('cache_read_tokens').as('cache_read_tokens'),
      fn.sum<number | null>('cache_write_tokens').as('cache_write_tokens'),
      fn.sum<number | null>('cost_usd').as('cost_usd'),
      fn.sum<number | null>('tool_uses').as('tool_uses'),
      fn.sum<number | null>('steps').as('steps'),
      fn.countAll<number>().as('tasks'),
    ]),
);

/** Oldest first. */
export const tasksUnder = fixed((db, p: { id: TaskId }) =>
  withTree(db, p.id)
    .selectFrom('tree')
    .innerJoin('tasks', 'tasks.id', 'tree.id')
    .selectAll('tasks')
    .where('tasks.id', '!=', p.id)
    .orderBy('tasks.created_at')
    .orderBy('tasks.id'),
);
