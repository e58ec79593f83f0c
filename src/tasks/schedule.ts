import type { Limits } from '../core/limits.ts';
import type { Passed, Schedule } from '../store/rows.ts';
import type { DueTimes } from './due-times.ts';

/** What a schedule needs now. */
export type Plan =
  | { readonly kind: 'wait' }
  /** The clock was set back behind the moment at which the next due time was chosen: it is chosen anew. */
  | { readonly kind: 'replan'; readonly move: Move }
  | {
      readonly kind: 'fire';
      /** A task each, oldest first; none when all of them were missed and nothing catches up. */
      readonly dues: readonly number[];
      /** The first due time that has no task of its own; absent: each has. */
      readonly missedSince?: number;
      readonly move: Move;
    };
export type Move = Pick<Schedule, 'plannedAt' | 'passed'> & { readonly nextAt: number | undefined };

type Bounds = Pick<Limits, 'scheduleCatchUp' | 'scheduleGraceMs' | 'schedulePassed'>;
type Standing = Move & Pick<Schedule, 'catchUp'>;

/** Where a schedule stands that begins, or is enabled again, at `now`. */
export function firstMove(times: DueTimes, now: number): Move {
  return { nextAt: times.after(now), plannedAt: now, passed: [] };
}

/**
 * Decides what is due at `now`. Every due time has at most one firing, whichever way the clock goes: `passed` says which have had theirs.
 *
 * Due times that passed unseen (nothing ran, the machine slept, the clock was set forward) are caught up: `one` fires for the last of them, `all` for
 * each of the last `scheduleCatchUp`, `none` for the last only if it is no older than `scheduleGraceMs`.
 *
 * After the clock was set back, due times of a cron expression that have had their firing are passed over and all others are due again; an interval
 * goes on by what was left of it.
 */
export function planSchedule(schedule: Standing, times: DueTimes, now: number, bounds: Bounds): Plan {
  const { nextAt, plannedAt, catchUp } = schedule;
  if (nextAt === undefined) return { kind: 'wait' };
  const before = times.kind === 'every' ? [] : schedule.passed;
  if (now < plannedAt) {
    const again = times.kind === 'every' ? now + (nextAt - plannedAt) : nextUnpassed(before, times, now);
    return { kind: 'replan', move: { nextAt: again, plannedAt: now, passed: before } };
  }
  if (now < nextAt) return { kind: 'wait' };
  const due = dueBetween(before, times, { first: nextAt, now, most: catchUp === 'all' ? bounds.scheduleCatchUp : 1 });
  const isTooLate = catchUp === 'none' && now - due.last > bounds.scheduleGraceMs;
  const dues = isTooLate ? [] : due.dues;
  const isComplete = !isTooLate && !due.isCut;
  const passed = times.kind === 'every' ? [] : passedAfter(before, { plannedAt, nextAt, now, dues, isComplete });
  const kept = passed.slice(-bounds.schedulePassed);
  const move = { nextAt: nextUnpassed(kept, times, now), plannedAt: now, passed: kept };
  return { kind: 'fire', dues, ...(isComplete ? {} : { missedSince: nextAt }), move };
}

type Firing = {
  readonly plannedAt: number;
  readonly nextAt: number;
  readonly now: number;
  readonly dues: readonly number[];
  /** Every due time up to now has its task. */
  readonly isComplete: boolean;
};

/** Between the moment at which a due time was chosen and that time itself there is none that has not had its firing, nor between the last and now. */
function passedAfter(before: Passed, { plannedAt, nextAt, now, dues, isComplete }: Firing): Passed {
  if (isComplete) return withPassed(before, plannedAt + 1, now);
  const last = dues.at(-1);
  const fired = dues.reduce((all, at) => withPassed(all, at, at), withPassed(before, plannedAt + 1, nextAt - 1));
  return last === undefined ? fired : withPassed(fired, last, now);
}

type Range = { readonly first: number; readonly now: number; readonly most: number };

/** The last `most` due times from `first` up to `now` that have not had their firing, oldest first. */
function dueBetween(passed: Passed, times: DueTimes, { first, now, most }: Range) {
  const dues: number[] = [];
  let isCut = false;
  for (let at = times.upTo(now); at !== undefined && at >= first && !isCut; at = times.upTo(at - 1)) {
    const stretch = stretchOf(passed, at);
    if (stretch) at = stretch[0];
    else if (dues.length < most) dues.push(at);
    else isCut = true;
  }
  // The rules of a time zone may have changed since the due time was chosen: it counts all the same.
  if (dues.length === 0) dues.push(first);
  return { dues: dues.toReversed(), last: dues[0] ?? first, isCut };
}

/** The first due time after a moment that has not had its firing. */
function nextUnpassed(passed: Passed, times: DueTimes, moment: number): number | undefined {
  let at = times.after(moment);
  for (let stretch = at && stretchOf(passed, at); stretch; stretch = at && stretchOf(passed, at))
    at = times.after(stretch[1]);
  return at;
}

function stretchOf(passed: Passed, at: number): Passed[number] | undefined {
  return passed.find(([from, to]) => from <= at && at <= to);
}

/** Stretches that overlap or touch become one. */
function withPassed(passed: Passed, from: number, to: number): Passed {
  if (to < from) return passed;
  const apart = passed.filter(([start, end]) => end < from - 1 || start > to + 1);
  const joined = passed.filter(([start, end]) => end >= from - 1 && start <= to + 1);
  const whole = [
    Math.min(from, ...joined.map(([start]) => start)),
    Math.max(to, ...joined.map(([, end]) => end)),
  ] as const;
  return [...apart, whole].sort(([a], [b]) => a - b);
}
