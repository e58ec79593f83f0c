import type { ScheduleId } from '../../../src/core/ids.ts';
import type { Rule } from './facts.ts';

/** T20: of all programs that saw a due time one made a task for it. */
export const dueTimesFireOnce: Rule = facts => {
  const seen = new Map<string, string>();
  return facts.commits.flatMap(({ process, schedules }) =>
    schedules.flatMap(step => {
      if (step.kind !== 'fired') return [];
      const key = `${step.id}/${step.due}`;
      const before = seen.get(key);
      seen.set(key, process);
      return before === undefined
        ? []
        : [`${shown(step.id)} was fired for ${at(step.due)} by ${before} and again by ${process}`];
    }),
  );
};

/** T20: what is taken is the due time at which the schedule stands, and its task is made in that commit, for it and all that was missed since. */
export const dueTimesFollow: Rule = facts => {
  const standing = new Map<ScheduleId, number | undefined>();
  return facts.commits.flatMap(({ process, schedules }) => {
    const taken = new Map<ScheduleId, number>();
    return schedules.flatMap(step => {
      const { id } = step;
      if (step.kind === 'fired') {
        const from = taken.get(id);
        // Of several due times that are caught up together the first begins where the schedule stood.
        taken.delete(id);
        const isFollowing = from === undefined ? hasFiredBefore(schedules, step) : step.since === from;
        return isFollowing ? [] : [`${process} fired ${shown(id)} for ${at(step.since)}, which it had not taken`];
      }
      const expected = standing.get(id);
      const isKnown = standing.has(id);
      standing.set(id, step.nextAt);
      if (step.kind === 'set') return [];
      taken.set(id, step.from);
      return !isKnown || step.from === expected
        ? []
        : [`${process} took ${at(step.from)} of ${shown(id)}, which stood at ${expected ? at(expected) : 'nothing'}`];
    });
  });
};

type Steps = Parameters<Rule>[0]['commits'][number]['schedules'];

/** Whether another task of the same schedule, for an earlier due time, was made before it in the same commit. */
function hasFiredBefore(steps: Steps, step: Steps[number] & { kind: 'fired' }): boolean {
  const index = steps.indexOf(step);
  return steps.slice(0, index).some(one => one.kind === 'fired' && one.id === step.id && one.due < step.due);
}

function shown(id: ScheduleId): string {
  return `schedule ${id.slice(-8)}`;
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}
