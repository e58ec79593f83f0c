import { AppError } from '../../core/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Schedule } from '../../store/rows.ts';
import type { Reader } from '../../store/store.ts';

/** The schedule of that name or id. AppError `not-found` that names one that is spelt like it. */
export async function findSchedule(reader: Reader, text: string): Promise<Schedule> {
  const schedules = await reader.schedules();
  const wanted = text.trim();
  const found = schedules.find(({ name }) => name === wanted) ?? schedules.find(({ id }) => id === wanted);
  if (found) return found;
  const like = nearest(
    wanted,
    schedules.map(({ name }) => name),
  );
  const hint = like === undefined ? '`legwork schedules list` shows what there is' : `did you mean "${like}"?`;
  throw new AppError('not-found', `there is no schedule "${wanted}"; ${hint}`);
}
