import { onTestFinished } from 'vitest';
import { limits as standardLimits } from '../../src/core/limits.ts';
import type { Schedule, Task } from '../../src/store/rows.ts';
import { type AddSchedule, addSchedule } from '../../src/tasks/add-schedule.ts';
import type { AddDeps } from '../../src/tasks/add-task.ts';
import { startScheduler } from '../../src/tasks/scheduler.ts';
import { createServedChats, type ServedChats } from '../../src/tasks/served-chats.ts';
import { bypass, createWorld, type TestProgram, user, type World, type WorldOptions } from './program.ts';
import { type Script, says } from './script-model.ts';

export type Firer = TestProgram & {
  readonly deps: AddDeps;
  add(wanted?: Partial<AddSchedule>): Promise<Schedule>;
  /** The schedule as it stands. */
  read(schedule: Schedule): Promise<Schedule>;
  /** Its tasks, oldest first. */
  runs(schedule: Schedule): Promise<Task[]>;
};

export type Scheduling = {
  readonly world: World;
  /** Another program, as a person has it open: fires schedules and runs what they make. */
  open(options?: Parameters<World['open']>[0]): Promise<Firer>;
};

/** A world whose programs fire schedules; the chat of the world is open in each. */
export async function createScheduling(
  script: Script = () => says('done'),
  options: WorldOptions = {},
): Promise<Scheduling> {
  const world = await createWorld(script, options);
  async function open(more: Parameters<World['open']>[0] = {}): Promise<Firer> {
    let isDead = false;
    let served: ServedChats | undefined;
    const opened = await world.open({ alsoServes: () => served?.chats() ?? [], ...more });
    const { base, store } = opened;
    served = createServedChats(base, () => opened.chat.working);
    const chooseModel = async () => ({ handle: 'test/chosen', why: 'a test', isFallback: false });
    const limits = { ...standardLimits, ...options.limits };
    const deps: AddDeps = { base, user, policy: bypass, workspace: '/work', chooseModel, limits };
    const scheduler = startScheduler(deps, { served });
    onTestFinished(async () => {
      if (!isDead) await scheduler.close();
    });
    return {
      ...opened,
      deps,
      add: wanted =>
        addSchedule(deps, {
          name: 'watch',
          when: 'every 10 minutes',
          prompt: 'look',
          timeZone: 'UTC',
          origin: 'test',
          ...wanted,
        }),
      async read({ id }) {
        const schedule = await store.schedule(id);
        if (!schedule) throw new Error(`no schedule ${id}`);
        return schedule;
      },
      runs: async ({ id }) => (await store.tasks({})).filter(task => task.metadata.schedule_id === id),
      async close() {
        isDead = true;
        await scheduler.close();
        await opened.close();
      },
      async killAfter(entries) {
        isDead = true;
        await opened.killAfter(entries);
      },
      async kill() {
        isDead = true;
        await opened.kill();
      },
    };
  }
  return { world, open };
}
