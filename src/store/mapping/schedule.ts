import type { SchedulesTable } from '../queries/schema.ts';
import type { Schedule } from '../rows.ts';
import { present } from './present.ts';

export function scheduleOf(row: SchedulesTable): Schedule {
  return present({
    id: row.id,
    name: row.name,
    when: row.expression,
    prompt: row.prompt,
    chatId: row.chat_id,
    timeZone: row.time_zone,
    catchUp: row.catch_up,
    isEnabled: row.is_enabled === 1,
    nextAt: row.next_at,
    lastAt: row.last_at,
    createdAt: row.created_at,
  });
}

export function scheduleToRow(schedule: Schedule): SchedulesTable {
  return {
    id: schedule.id,
    name: schedule.name,
    expression: schedule.when,
    prompt: schedule.prompt,
    chat_id: schedule.chatId ?? null,
    time_zone: schedule.timeZone ?? null,
    catch_up: schedule.catchUp,
    is_enabled: schedule.isEnabled ? 1 : 0,
    next_at: schedule.nextAt ?? null,
    last_at: schedule.lastAt ?? null,
    created_at: schedule.createdAt,
  };
}
