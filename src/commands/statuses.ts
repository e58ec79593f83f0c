import type { TaskStatus } from '../core/task-status.ts';

/** Every status, in the order of a task's life. */
const all: Readonly<Record<TaskStatus, true>> = {
  queued: true,
  waiting: true,
  running: true,
  parked: true,
  completed: true,
  failed: true,
  stopped: true,
};
// Object.keys forgets that these are the keys.
export const taskStatuses = Object.keys(all) as readonly TaskStatus[];
