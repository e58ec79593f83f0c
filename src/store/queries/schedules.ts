import { sql } from 'kysely';
import type { ChatId, ScheduleId } from '../../core/ids.ts';
import { fixed, shaped } from './query.ts';
import type { New, ScheduleClaimColumns, SchedulesTable } from './schema.ts';

export const allSchedules = fixed(db => db.selectFrom('schedules').selectAll().orderBy('created_at').orderBy('id'));

export const scheduleById = fixed((db, p: { id: ScheduleId }) =>
  db.selectFrom('schedules').selectAll().where('id', '=', p.id),
);

/** Those that are due at `now`, and those that were planned when the clock stood later than now: it was set back since. */
export const schedulesDueAt = fixed((db, p: { now: number }) =>
  db
    .selectFrom('schedules')
    .selectAll()
    .where('is_enabled', '=', 1)
    .where('next_at', 'is not', null)
    .where(either => either.or([either('next_at', '<=', p.now), either('planned_at', '>', p.now)]))
    .orderBy('next_at')
    .orderBy('id'),
);

export const chatsOfSchedules = fixed(db =>
  db
    .selectFrom('schedules')
    .select(['chat_id', 'owns_chat', 'last_task_id'])
    .where('chat_id', 'is not', null)
    .orderBy('chat_id')
    .orderBy('id'),
);

export const earliestDue = fixed(db =>
  db
    .selectFrom('schedules')
    .select('next_at')
    .where('is_enabled', '=', 1)
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1),
);

export const upsertSchedule = shaped((db, p: New<'schedules'>) => {
  const { id: _, ...rest } = p;
  return db
    .insertInto('schedules')
    .values(p)
    .onConflict(conflict => conflict.column('id').doUpdateSet(rest));
});

/** Moves the due time on, if it still is what was read: one statement, so that of many who saw it due one has it. */
export const moveDueTime = fixed(
  (db, p: ScheduleClaimColumns & { id: ScheduleId; read_next_at: number; read_planned_at: number }) =>
    db
      .updateTable('schedules')
      .set({ next_at: p.next_at, planned_at: p.planned_at, passed: p.passed })
      .where('id', '=', p.id)
      .where('is_enabled', '=', 1)
      .where('next_at', '=', p.read_next_at)
      .where('planned_at', '=', p.read_planned_at)
      .returningAll(),
);

export const updateSchedule = shaped((db, p: { id: ScheduleId; set: Partial<SchedulesTable> }) =>
  db.updateTable('schedules').set(p.set).where('id', '=', p.id),
);

/** What becomes of schedules whose chat is deleted: one that made its chat makes another, one that was given it can fire no more. */
export const detachSchedules = fixed((db, p: { chatId: ChatId }) =>
  db
    .updateTable('schedules')
    .set({
      chat_id: null,
      lost_chat_id: sql`chat_id`,
      next_at: sql`CASE owns_chat WHEN 1 THEN next_at END`,
      is_enabled: sql`CASE owns_chat WHEN 1 THEN is_enabled ELSE 0 END`,
    })
    .where('chat_id', '=', p.chatId),
);

export const deleteSchedule = fixed((db, p: { id: ScheduleId }) => db.deleteFrom('schedules').where('id', '=', p.id));
