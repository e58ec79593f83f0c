import type { ScheduleId } from '../../core/ids.ts';
import { fixed, shaped } from './query.ts';
import type { New } from './schema.ts';

export const allSchedules = fixed(db => db.selectFrom('schedules').selectAll().orderBy('created_at').orderBy('id'));

export const upsertSchedule = shaped((db, p: New<'schedules'>) => {
  const { id: _, ...rest } = p;
  return db
    .insertInto('schedules')
    .values(p)
    .onConflict(conflict => conflict.column('id').doUpdateSet(rest));
});

export const deleteSchedule = fixed((db, p: { id: ScheduleId }) => db.deleteFrom('schedules').where('id', '=', p.id));
