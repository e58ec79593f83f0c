import { createIds } from '../../src/core/ids.ts';
import type { Schedule } from '../../src/store/rows.ts';
import type { Store } from '../../src/store/store.ts';
import { dueTimesOf } from '../../src/tasks/due-times.ts';
import { runSchedule } from '../../src/tasks/fire-schedule.ts';
import { firstMove } from '../../src/tasks/schedule.ts';
import { agents, chooseModel, simUser } from './program.ts';
import { expected } from './users.ts';
import type { Ground, World } from './world.ts';

/** The schedules that are there before any program is: some in a chat of people. */
export async function makeSchedules(
  { prng, profile, wall }: Ground,
  store: Store,
  chatIds: World['chatIds'],
): Promise<void> {
  const now = wall.offset;
  const ids = createIds({ now: () => now }, prng);
  for (let number = 1; number <= profile.schedules; number += 1) {
    const when = `every ${prng.pick([3, 5, 8, 20])} seconds`;
    const chatId = prng.chance(0.4) ? prng.anyOf(chatIds) : undefined;
    const definition = prng.anyOf(agents);
    if (!definition) throw new Error('a world has agents');
    const { nextAt, ...move } = firstMove(await dueTimesOf(when, 'UTC', now), now);
    const schedule: Schedule = {
      id: ids('schedule'),
      name: `schedule ${number}`,
      when,
      timeZone: 'UTC',
      catchUp: prng.pick(['one', 'one', 'all', 'none']),
      prompt: `scheduled ${number}`,
      spec: { definition, policy: { mode: profile.mode, rules: [], roots: ['/work'] }, cwd: '/work' },
      creator: simUser,
      ...(chatId === undefined ? {} : { chatId }),
      ownsChat: chatId === undefined,
      isEnabled: true,
      ...(nextAt === undefined ? {} : { nextAt }),
      ...move,
      createdAt: now,
    };
    await store.write(tx => tx.putSchedule(schedule));
  }
}

/** Something that a person does with a schedule, in another terminal. */
export function tend(world: World): void {
  const { terminal, prng } = world;
  const kind = prng.pick(['run', 'disable', 'enable', 'enable']);
  world.note(terminal.process, () => `schedules ${kind}`);
  expected(world, terminal.scope, kind === 'run' ? runOne(world) : set(world, kind === 'enable'));
}

async function runOne({ terminal, prng, profile }: World): Promise<void> {
  const schedule = prng.anyOf(await terminal.store.schedules());
  const deps = { base: terminal.base, chooseModel, user: simUser, limits: profile.limits };
  if (schedule) await runSchedule(deps, schedule, simUser);
}

async function set({ terminal, prng, left }: World, isEnabled: boolean): Promise<void> {
  const schedule = prng.anyOf(await terminal.store.schedules());
  if (!schedule) return;
  const now = terminal.scope.clock.now();
  const { nextAt = null, ...move } = firstMove(await dueTimesOf(schedule.when, 'UTC', now), now);
  const patch = isEnabled ? { isEnabled, nextAt, ...move } : { isEnabled, nextAt: null };
  await terminal.store.write(async tx => {
    if (!left.isWindingDown) await tx.patchSchedule(schedule.id, patch);
  });
}

/** Nothing comes to rest while schedules fire. */
export function disableAll(world: World): void {
  const { terminal } = world;
  const work = async () => {
    for (const { id } of await terminal.store.schedules())
      await terminal.store.write(tx => tx.patchSchedule(id, { isEnabled: false, nextAt: null }));
  };
  expected(world, terminal.scope, work());
}
