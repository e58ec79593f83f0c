import { messageOf } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import type { Schedule } from '../store/rows.ts';
import { type FireDeps, fireSchedule } from './fire-schedule.ts';
import type { ServedChats } from './served-chats.ts';

export type SchedulerOptions = {
  /** Only schedules whose runs land in these chats; undefined: all. */
  readonly chatIds?: (() => readonly ChatId[] | undefined) | undefined;
  /** Of a program that runs the tasks of some chats only: those of schedules become part of them. */
  readonly served?: ServedChats | undefined;
};
export type Scheduler = { close(): Promise<void> };

/** Whether a program that serves these chats fires a schedule. */
export function fires(schedule: Schedule, chatIds: readonly ChatId[] | undefined): boolean {
  return chatIds === undefined || (schedule.chatId !== undefined && chatIds.includes(schedule.chatId));
}

/**
 * Fires schedules that are due while this program runs; any number of programs may do so. Looks when the next one is due, when schedules were changed or another process has
 * written something, and every `limits.recheckMs`, since clocks jump and hints get lost.
 */
export function startScheduler(deps: FireDeps, options: SchedulerOptions = {}): Scheduler {
  const { store, clock, limits, log } = deps.base;
  const { served } = options;
  let isOpen = true;
  let isDirty = false;
  let wake: () => void = () => undefined;
  const off = store.onChange(change => {
    if (change.kind === 'committed' && !change.touchedSchedules) return;
    isDirty = true;
    wake();
  });
  const done = loop().finally(off);

  async function loop(): Promise<void> {
    while (isOpen) {
      isDirty = false;
      let waitMs: number = limits.recheckMs;
      try {
        await served?.refresh();
        waitMs = untilMoment(await look());
      } catch (error) {
        log.error('looking for due schedules failed', { error: messageOf(error) });
      }
      if (!isDirty) await pause(waitMs);
    }
  }

  /** Fires what is due; returns when something is next. */
  async function look(): Promise<number | undefined> {
    const nextAt = await store.nextDueTime();
    if (nextAt === undefined) return undefined;
    const due = await store.schedulesDue(clock.now());
    for (const schedule of due) {
      if (!isOpen) break;
      if (fires(schedule, options.chatIds?.())) await fire(schedule);
    }
    return due.length === 0 ? nextAt : store.nextDueTime();
  }

  /** One that cannot be fired keeps none of the others waiting. */
  async function fire(schedule: Schedule): Promise<void> {
    try {
      const mayServe = await served?.mayServe(schedule);
      await fireSchedule(deps, schedule, chat => mayServe && served?.add(chat.id));
    } catch (error) {
      log.error('a schedule could not be fired', { schedule: schedule.name, error: messageOf(error) });
    }
  }

  /** What is due by now and was not fired, by a failure or because it is for others, is looked at again no sooner than anything else. */
  function untilMoment(nextAt: number | undefined): number {
    const ms = nextAt === undefined ? limits.recheckMs : nextAt - clock.now();
    return ms > 0 ? Math.min(ms, limits.recheckMs) : limits.recheckMs;
  }

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
      if (!isOpen) wake();
    });
  }

  return {
    async close() {
      isOpen = false;
      wake();
      await done;
    },
  };
}
