import type { Io } from '../../core/ports.ts';
import { liveWorkers } from '../../tasks/live-workers.ts';
import type { Program } from '../../tasks/program.ts';

/** Says when no program runs that would fire schedules: headless runs do not. */
export async function warnWithoutFirer(program: Program, io: Io): Promise<void> {
  const workers = await liveWorkers(program);
  if (workers.some(worker => worker.kind !== 'headless')) return;
  io.err('legwork: nothing fires schedules now; `legwork worker` does, and an open conversation\n');
}
