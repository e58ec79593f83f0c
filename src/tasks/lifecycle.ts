import type { Outcome } from '../core/entry.ts';
import { AppError } from '../core/error.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { ParkReason, Task, WaitReason } from '../store/rows.ts';

/** What can happen to a task. */
export type TaskEvent =
  /** A worker took it: `attempt` is the number it got. */
  | { readonly kind: 'claim'; readonly attempt: number }
  | { readonly kind: 'wait'; readonly reason: WaitReason }
  /** What it waited for is there. */
  | { readonly kind: 'release' }
  /** Its attempt ended by itself. */
  | {
      readonly kind: 'end';
      readonly attempt: number;
      readonly outcome: Extract<Outcome, { kind: 'completed' | 'failed' }>;
    }
  /** Somebody ended it. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'park'; readonly attempt: number; readonly reason: ParkReason }
  /** A person wants it to go on (parked) or to be tried once more (failed, stopped). */
  | { readonly kind: 'retry' }
  /** It gets a message after its end and goes on. */
  | { readonly kind: 'resume' }
  /** A dependency did not complete. */
  | { readonly kind: 'abandon' };

export type Transition =
  | { readonly ok: true; readonly status: TaskStatus }
  | { readonly ok: false; readonly message: string };

const nextStatus: Record<TaskStatus, Partial<Record<TaskEvent['kind'], TaskStatus | 'by-outcome'>>> = {
  queued: { claim: 'running', wait: 'waiting', stop: 'stopped', abandon: 'failed', park: 'parked' },
  waiting: { release: 'queued', stop: 'stopped', abandon: 'failed', wait: 'waiting' },
  running: { end: 'by-outcome', stop: 'stopped', park: 'parked', claim: 'running' },
  parked: { retry: 'queued', resume: 'queued', claim: 'running', stop: 'stopped' },
  completed: { resume: 'queued' },
  failed: { retry: 'queued', resume: 'queued' },
  stopped: { retry: 'queued', resume: 'queued' },
};

/**
 * Decides a transition. Pure and total: every event that the state does not permit is refused by name, and so is whatever comes from an
 * attempt that is not the newest. A claim of a running or parked task is a takeover and must bring a higher attempt.
 */
export function transition(task: Pick<Task, 'id' | 'status' | 'attempt' | 'parkReason'>, event: TaskEvent): Transition {
  const next = nextStatus[task.status][event.kind];
  if (next === undefined) return refuse(task, event, `it is ${task.status}`);
  if ((event.kind === 'end' || event.kind === 'park') && event.attempt !== task.attempt) {
    return refuse(task, event, `attempt ${event.attempt} is over, attempt ${task.attempt} counts`);
  }
  if (event.kind === 'claim' && event.attempt <= task.attempt)
    return refuse(task, event, `attempt ${event.attempt} is not newer than ${task.attempt}`);
  if (event.kind === 'claim' && task.status === 'parked' && task.parkReason !== 'process-gone')
    return refuse(task, event, 'it is parked until somebody retries it');
  if (next !== 'by-outcome') return { ok: true, status: next };
  return { ok: true, status: event.kind === 'end' ? event.outcome.kind : task.status };
}

/** The status after the event; AppError `conflict` that names task, state and event when it is not permitted. */
export function mustTransition(
  task: Pick<Task, 'id' | 'status' | 'attempt' | 'parkReason'>,
  event: TaskEvent,
): TaskStatus {
  const result = transition(task, event);
  if (!result.ok) throw new AppError('conflict', result.message);
  return result.status;
}

function refuse(task: Pick<Task, 'id'>, event: TaskEvent, why: string): Transition {
  return { ok: false, message: `Task ${task.id} cannot ${event.kind}: ${why}` };
}

export function hasEnded(task: Pick<Task, 'status'>): boolean {
  return task.status === 'completed' || task.status === 'failed' || task.status === 'stopped';
}
