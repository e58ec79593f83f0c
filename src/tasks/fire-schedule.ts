import { isFault } from '../core/error.ts';
import type { UserId } from '../core/ids.ts';
import type { Chat, Schedule, Task } from '../store/rows.ts';
import type { Tx } from '../store/store.ts';
import { checkRate } from './add-rate.ts';
import { type DueTimes, dueTimesOf } from './due-times.ts';
import type { Program } from './program.ts';
import { type Plan, planSchedule } from './schedule.ts';
import { makeRun } from './schedule-run.ts';

export type FireDeps = Pick<Program, 'base' | 'chooseModel'>;
type Lands = (chat: Chat) => void;

/**
 * Does for a schedule what is due, as it was read: its due time moves on and the tasks are made in one commit, so that of all programs that saw it due one
 * fires it (T20). Returns the tasks, none when somebody else was first. Why a due time can make no task is kept with the schedule, which goes on with
 * the next. AppError `store`: nothing was done.
 */
export async function fireSchedule(deps: FireDeps, read: Schedule, lands?: Lands): Promise<readonly Task[]> {
  const times = await timesOf(deps, read);
  if (times === undefined) return [];
  const { base } = deps;
  const plan = planSchedule({ ...read, nextAt: read.nextAt }, times, base.clock.now(), base.limits);
  if (plan.kind === 'wait') return [];
  try {
    const model = plan.kind === 'fire' && plan.dues.length > 0 ? await modelOf(deps, read) : '';
    const tasks = await base.store.write(tx => take(deps, tx, { read, plan, model, lands }));
    if (plan.kind === 'fire') base.log.info('a schedule was due', { schedule: read.name, tasks: tasks.length });
    return tasks;
  } catch (error) {
    if (!isFault(error) || error.fault === 'store') throw error;
    await passOver(deps, read, plan, error.message);
    return [];
  }
}

/** What cannot be read any more, such as a time zone that is not known here, is disabled: there is no next time to go on to. */
async function timesOf({ base }: FireDeps, read: Schedule): Promise<DueTimes | undefined> {
  try {
    return await dueTimesOf(read.when, read.timeZone, read.nextAt ?? 0);
  } catch (error) {
    if (!isFault(error)) throw error;
    const problem = error.message;
    base.log.error('a schedule cannot be read and is disabled', { schedule: read.name, error: problem });
    await base.store.write(async tx => {
      if (await tx.schedule(read.id)) await tx.patchSchedule(read.id, { isEnabled: false, nextAt: null, problem });
    });
    return undefined;
  }
}

async function modelOf({ chooseModel }: FireDeps, { spec }: Schedule): Promise<string> {
  return spec.model ?? (await chooseModel()).handle;
}

type Taking = {
  readonly read: Schedule;
  readonly plan: Exclude<Plan, { kind: 'wait' }>;
  readonly model: string;
  readonly lands: Lands | undefined;
};

async function take({ base }: FireDeps, tx: Tx, { read, plan, model, lands }: Taking): Promise<readonly Task[]> {
  if (!(await move(tx, read, plan)) || plan.kind === 'replan') return [];
  const tasks: Task[] = [];
  for (const due of plan.dues) {
    const schedule = await tx.schedule(read.id);
    if (!schedule) break;
    const { creator } = schedule;
    const missedSince = tasks.length === 0 ? plan.missedSince : undefined;
    tasks.push(await makeRun(base, tx, schedule, { model, creator, due, missedSince, lands }));
  }
  return tasks;
}

async function move(tx: Tx, { id, nextAt, plannedAt }: Schedule, plan: Taking['plan']): Promise<boolean> {
  return nextAt !== undefined && (await tx.moveSchedule(id, { nextAt, plannedAt }, plan.move)) !== undefined;
}

async function passOver({ base }: FireDeps, read: Schedule, plan: Taking['plan'], problem: string): Promise<void> {
  base.log.error('a schedule was due and made no task', { schedule: read.name, error: problem });
  await base.store.write(async tx => {
    if (await move(tx, read, plan)) await tx.patchSchedule(read.id, { problem });
  });
}

/**
 * Runs a schedule now because somebody asks for it, whether it is enabled or not; its next due time stays. AppError `conflict`: the chat that it was given
 * is gone, or the rate limit (T30); else as `spawnTask`.
 */
export async function runSchedule(
  deps: FireDeps & Pick<Program, 'user' | 'limits'>,
  schedule: Schedule,
  user: UserId,
): Promise<Task> {
  const model = await modelOf(deps, schedule);
  return deps.base.store.write(async tx => {
    const row = (await tx.schedule(schedule.id)) ?? schedule;
    await checkRate(deps, tx, row.chatId);
    return makeRun(deps.base, tx, row, { model, creator: user });
  });
}
