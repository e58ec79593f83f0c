import { describe, expect, test } from 'vitest';
import type { TaskId } from '../../src/core/ids.ts';
import type { TaskStatus } from '../../src/core/task-status.ts';
import type { Task } from '../../src/store/rows.ts';
import { hasEnded, mustTransition, type TaskEvent, transition } from '../../src/tasks/lifecycle.ts';

const statuses: readonly TaskStatus[] = ['queued', 'waiting', 'running', 'parked', 'completed', 'failed', 'stopped'];
const kinds = ['claim', 'wait', 'release', 'end', 'stop', 'park', 'retry', 'resume', 'abandon'] as const;
/** What each event makes of each state; what is not here is refused. */
const allowed: Record<TaskStatus, Partial<Record<(typeof kinds)[number], TaskStatus>>> = {
  queued: { claim: 'running', wait: 'waiting', stop: 'stopped', park: 'parked', abandon: 'failed' },
  waiting: { wait: 'waiting', release: 'queued', stop: 'stopped', abandon: 'failed' },
  running: { claim: 'running', end: 'completed', stop: 'stopped', park: 'parked' },
  parked: { claim: 'running', stop: 'stopped', retry: 'queued', resume: 'queued' },
  completed: { resume: 'queued' },
  failed: { retry: 'queued', resume: 'queued' },
  stopped: { retry: 'queued', resume: 'queued' },
};
const cases = statuses.flatMap(status =>
  kinds.map(kind => [status, kind, allowed[status][kind] ?? 'refused'] as const),
);

const taskThatIs = (status: TaskStatus, parkReason: Task['parkReason'] = 'process-gone') =>
  ({ id: 'task_1' as TaskId, status, attempt: 2, parkReason }) as const; // an id of any form

/** The event as the attempt that counts brings it. */
function eventOf(kind: (typeof kinds)[number]): TaskEvent {
  switch (kind) {
    case 'claim':
      return { kind, attempt: 3 };
    case 'end':
      return { kind, attempt: 2, outcome: { kind: 'completed', report: '' } };
    case 'park':
      return { kind, attempt: 2, reason: 'budget' };
    case 'wait':
      return { kind, reason: 'dependencies' };
    default:
      return { kind };
  }
}

describe('transition', () => {
  test.each(cases)('S14 %s + %s → %s', (status, kind, expected) => {
    const result = transition(taskThatIs(status), eventOf(kind));

    expect(result).toEqual(
      expected === 'refused'
        ? { ok: false, message: `Task task_1 cannot ${kind}: it is ${status}` }
        : { ok: true, status: expected },
    );
  });

  test.each(['end', 'park'] as const)('S14 %s of an older or a newer attempt is refused by name', kind => {
    for (const attempt of [1, 3]) {
      const event = { ...eventOf(kind), attempt } as TaskEvent; // the same kind, another number

      const result = transition(taskThatIs('running'), event);

      expect(result).toEqual({
        ok: false,
        message: `Task task_1 cannot ${kind}: attempt ${attempt} is over, attempt 2 counts`,
      });
    }
  });

  test('S14 a claim must bring a newer attempt, and of what is parked only what lost its process', () => {
    const stale = transition(taskThatIs('running'), { kind: 'claim', attempt: 2 });
    const parked = transition(taskThatIs('parked', 'budget'), { kind: 'claim', attempt: 3 });

    expect(stale).toMatchObject({ ok: false, message: expect.stringContaining('attempt 2 is not newer than 2') });
    expect(parked).toMatchObject({ ok: false, message: expect.stringContaining('parked until somebody retries it') });
  });

  test('a failed end is failed', () => {
    const outcome = { kind: 'failed', reason: 'error', message: 'm' } as const;

    expect(transition(taskThatIs('running'), { kind: 'end', attempt: 2, outcome })).toEqual({
      ok: true,
      status: 'failed',
    });
  });

  test('who must be permitted is told why not', () => {
    expect(() => mustTransition(taskThatIs('completed'), { kind: 'retry' })).toThrow(
      'Task task_1 cannot retry: it is completed',
    );
    expect(mustTransition(taskThatIs('failed'), { kind: 'retry' })).toBe('queued');
  });

  test('three states are ends', () => {
    expect(statuses.filter(status => hasEnded({ status }))).toEqual(['completed', 'failed', 'stopped']);
  });
});
