import { AppError } from '../../../src/core/error.ts';
import type { ChatId } from '../../../src/core/ids.ts';
import { passedSchema, type Schedule, scheduleSpecSchema } from '../../../src/store/rows.ts';
import type { Tx } from '../../../src/store/store.ts';
import { type Draft, missing, mustBeReadable, put, type Run } from './draft.ts';
import { type State, stored, withoutRows, withRow } from './state.ts';

export function scheduleWriter(
  draft: Draft,
  run: Run,
): Pick<Tx, 'putSchedule' | 'moveSchedule' | 'patchSchedule' | 'removeSchedule'> {
  const keep = (schedule: Schedule) => {
    mustBeReadable(scheduleSpecSchema().safeParse(schedule.spec), 'spec of a schedule');
    mustBeReadable(passedSchema().safeParse(schedule.passed), 'passed stretches of a schedule');
    put(draft, { schedules: withRow(draft.state.schedules, schedule.id, schedule) });
    draft.effects.touchedSchedules = true;
    return schedule;
  };
  return {
    putSchedule: schedule =>
      run(() => {
        const others = [...draft.state.schedules.values()].filter(({ id }) => id !== schedule.id);
        if (others.some(({ name }) => name === schedule.name))
          throw new AppError('conflict', `It exists already (${schedule.name})`);
        keep(stored(schedule));
      }),
    moveSchedule: (id, read, move) =>
      run(() => {
        const row = draft.state.schedules.get(id);
        const isAsRead = row?.isEnabled && row.nextAt === read.nextAt && row.plannedAt === read.plannedAt;
        return isAsRead ? keep(stored<Schedule>({ ...row, ...move })) : undefined;
      }),
    patchSchedule: (id, patch) =>
      run(() => {
        const row = draft.state.schedules.get(id);
        if (!row) throw missing(`schedule ${id}`);
        const given = Object.entries(patch).filter(([, value]) => value !== undefined);
        keep(stored<Schedule>({ ...row, ...Object.fromEntries(given) }));
      }),
    removeSchedule: id =>
      run(() => {
        put(draft, { schedules: withoutRows(draft.state.schedules, (_, key) => key === id) });
        draft.effects.touchedSchedules = true;
      }),
  };
}

/** The schedules when a chat is deleted: one that made it makes another, one that was given it can fire no more. */
export function detached(schedules: State['schedules'], id: ChatId): State['schedules'] {
  return new Map([...schedules].map(([key, row]) => [key, row.chatId === id ? withoutChat(row) : row]));
}

function withoutChat({ chatId, nextAt, ...schedule }: Schedule): Schedule {
  const { ownsChat, isEnabled } = schedule;
  return stored<Schedule>({
    ...schedule,
    lostChatId: chatId,
    nextAt: ownsChat ? nextAt : undefined,
    isEnabled: ownsChat && isEnabled,
  });
}
