import type { ScheduleClaimColumns, SchedulesTable } from '../queries/schema.ts';
import { passedSchema, type Schedule, scheduleSpecSchema } from '../rows.ts';
import type { ScheduleChat, ScheduleMove, SchedulePatch } from '../store.ts';
import { columnsSet } from './columns-set.ts';
import { parseJson } from './json.ts';
import { present } from './present.ts';

/** AppError `store` that names the schedule and the column when one of its JSON columns cannot be read. */
export function scheduleOf(row: SchedulesTable): Schedule {
  const where = (column: string) => `Column ${column} of schedule ${row.id}`;
  const rest = present({
    id: row.id,
    name: row.name,
    when: row.expression,
    timeZone: row.time_zone,
    catchUp: row.catch_up,
    prompt: row.prompt,
    creator: row.creator,
    chatId: row.chat_id,
    ownsChat: row.owns_chat === 1,
    lostChatId: row.lost_chat_id,
    isEnabled: row.is_enabled === 1,
    nextAt: row.next_at,
    plannedAt: row.planned_at,
    lastAt: row.last_at,
    lastTaskId: row.last_task_id,
    problem: row.problem,
    createdAt: row.created_at,
  });
  return {
    ...rest,
    spec: parseJson(scheduleSpecSchema(), row.spec, where('spec')),
    passed: parseJson(passedSchema(), row.passed, where('passed')),
  };
}

export function scheduleChatOf(row: Pick<SchedulesTable, 'chat_id' | 'owns_chat' | 'last_task_id'>): ScheduleChat {
  if (row.chat_id === null) throw new Error('a schedule without a chat was asked for its chat');
  return {
    chatId: row.chat_id,
    ownsChat: row.owns_chat === 1,
    ...(row.last_task_id === null ? {} : { lastTaskId: row.last_task_id }),
  };
}

export function scheduleToRow(schedule: Schedule): SchedulesTable {
  return {
    id: schedule.id,
    name: schedule.name,
    expression: schedule.when,
    time_zone: schedule.timeZone,
    catch_up: schedule.catchUp,
    prompt: schedule.prompt,
    spec: JSON.stringify(schedule.spec),
    creator: schedule.creator,
    chat_id: schedule.chatId ?? null,
    owns_chat: schedule.ownsChat ? 1 : 0,
    lost_chat_id: schedule.lostChatId ?? null,
    is_enabled: schedule.isEnabled ? 1 : 0,
    next_at: schedule.nextAt ?? null,
    planned_at: schedule.plannedAt,
    passed: JSON.stringify(schedule.passed),
    last_at: schedule.lastAt ?? null,
    last_task_id: schedule.lastTaskId ?? null,
    problem: schedule.problem ?? null,
    created_at: schedule.createdAt,
  };
}

/** The columns that a claim moves. */
export function moveToColumns({ nextAt, plannedAt, passed }: ScheduleMove): ScheduleClaimColumns {
  return { next_at: nextAt ?? null, planned_at: plannedAt, passed: JSON.stringify(passed) };
}

const columnOf = {
  chatId: 'chat_id',
  lostChatId: 'lost_chat_id',
  nextAt: 'next_at',
  plannedAt: 'planned_at',
  lastAt: 'last_at',
  lastTaskId: 'last_task_id',
  problem: 'problem',
} as const satisfies { [K in keyof SchedulePatch]?: keyof SchedulesTable };

/** The columns that a patch sets; a member that is absent or undefined sets none. */
export function schedulePatchToColumns(patch: SchedulePatch): Partial<SchedulesTable> {
  return {
    ...columnsSet(patch, columnOf),
    ...(patch.isEnabled !== undefined && { is_enabled: patch.isEnabled ? (1 as const) : (0 as const) }),
    ...(patch.passed !== undefined && { passed: JSON.stringify(patch.passed) }),
  };
}
