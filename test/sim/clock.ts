import type { Clock } from '../../src/core/ports.ts';
import { sleepOn } from '../fakes/clock.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** The clock on the wall, the same for all programs of a machine; it can be set. */
export type Wall = { offset: number };

/** The clock of one process: its timers are steps of the scheduler, and die or wait with it. Whole milliseconds on the wall. */
export function createSimClock(scheduler: Scheduler, process: Process, wall: Wall): Clock {
  const after = (ms: number, run: () => void) => scheduler.after(process, ms, run);
  return {
    now: () => Math.floor(wall.offset + scheduler.now()),
    monotonic: () => scheduler.now(),
    after,
    sleep: sleepOn(after),
  };
}
