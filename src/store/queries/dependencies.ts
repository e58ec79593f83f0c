import type { TaskId } from '../../core/ids.ts';
import { fixed } from './query.ts';
import type { New } from './schema.ts';

export const insertDependency = fixed((db, p: New<'task_dependencies'>) =>
  db.insertInto('task_dependencies').values({ task_id: p.task_id, depends_on: p.depends_on, position: p.position }),
);

export const dependenciesOf = fixed((db, p: { id: TaskId }) =>
  db.selectFrom('task_dependencies').select('depends_on as id').where('task_id', '=', p.id).orderBy('position'),
);

export const dependantsOf = fixed((db, p: { id: TaskId }) =>
  db.selectFrom('task_dependencies').select('task_id as id').where('depends_on', '=', p.id).orderBy('task_id'),
);
