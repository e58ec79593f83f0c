import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { endTask } from '../../src/tasks/end-task.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { laneDeps } from '../fakes/main-lane.ts';
import { openMemoryStore } from '../fakes/memory-store/store.ts';
import { mainLane, type Owner, type OwnerScene, ownerScene, subagent } from '../fakes/owners.ts';
import { ofType } from '../fakes/program.ts';
import { createScriptModel, says } from '../fakes/script-model.ts';
import { stepwiseStore } from '../fakes/stepwise-store.ts';

/** Fewer while something is tried: LEGWORK_TEST_SCHEDULES=100 */
const schedules = Number(process.env.LEGWORK_TEST_SCHEDULES ?? 10_000);

/** The turn of a scene takes some 25 steps: a task ends before, in and after it. */
const stepsOfWork = 35;
/** What has not come to rest after so many steps never will; the longest schedules take 150. */
const stepsBound = 1_000;

type End = {
  /** How many steps a task works before it ends. */
  readonly after: number;
  /** In the process of its owner, or in another one whose hint comes some time later, or never. */
  readonly where: 'here' | 'elsewhere' | 'unheard';
};

const ends = fc.array(
  fc.record({
    after: fc.nat(stepsOfWork),
    where: fc.constantFrom<End['where'][]>('here', 'elsewhere', 'unheard'),
  }),
  { minLength: 1, maxLength: 2 },
);

/** What an owner may have forgotten. */
type Memory = {
  readonly isWoken: 'always' | 'while it sleeps' | 'never';
  /** Whether it looks again by itself. */
  readonly looksAgain: boolean;
};
const sound: Memory = { isWoken: 'always', looksAgain: true };

test.each([mainLane, subagent])(`R8 in none of ${schedules} schedules is a wake-up of $name lost`, async owner => {
  await fc.assert(await noWakeUpIsLost(owner, sound), { numRuns: schedules });
});

test.each<Memory & { readonly about: string }>([
  { about: 'commits do not wake it', isWoken: 'never', looksAgain: true },
  { about: 'only commits while it sleeps wake it', isWoken: 'while it sleeps', looksAgain: true },
  { about: 'it never looks again by itself', isWoken: 'always', looksAgain: false },
])('R8 the schedules find an owner that forgets: $about', async broken => {
  for (const owner of [mainLane, subagent]) {
    const found = await fc.check(await noWakeUpIsLost(owner, broken), { numRuns: schedules, endOnFailure: true });

    const lost = expect.arrayContaining([expect.objectContaining({ kind: 'notification' })]);
    expect(found.errorInstance, owner.name).toMatchObject({ actual: { waiting: lost } });
  }
});

async function noWakeUpIsLost(owner: Owner, memory: Memory) {
  const scenes = [await ownerScene(owner, 1), await ownerScene(owner, 2)];
  return fc.asyncProperty(fc.scheduler({ act: drained }), ends, async (s, of) => {
    const scene = scenes[of.length - 1];
    if (!scene) throw new Error('there is no scene for so many tasks');
    expect(await play(s, owner, scene, of, memory)).toEqual({
      told: scene.children,
      waiting: [],
      openTurns: 0,
      isAnswered: true,
      isAtRest: true,
    });
  });
}

/** Plays one schedule until nothing can happen any more, time having passed for hints that were lost; says how it stands then. */
async function play(s: fc.Scheduler, owner: Owner, scene: OwnerScene, of: readonly End[], memory: Memory) {
  const database = { state: scene.database.state };
  const clock = createFakeClock();
  const { stepOf, rest } = stepsOn(s);
  const store = stepwiseStore(openMemoryStore(database), stepOf('owner'));
  const think = stepOf('model');
  const models = createScriptModel(() => think('answers').then(() => says('ok')));
  const isWoken = {
    always: () => true,
    'while it sleeps': () => clock.pending > owner.timers,
    never: () => false,
  }[memory.isWoken];
  const onChange: typeof store.onChange = listener => store.onChange(change => void (isWoken() && listener(change)));
  const deps = laneDeps({ ...store, onChange }, clock, models, 2);

  const isAtRest = await owner.begin(deps, scene);
  const works = of.map(async ({ after, where }, index) => {
    const step = stepOf(`task ${index}`);
    for (let done = 0; done < after; done += 1) await step('works');
    const elsewhere = stepwiseStore(openMemoryStore(database), step);
    const own = where === 'here' ? deps : laneDeps(elsewhere, clock, models, 3 + index);
    const id = scene.children[index];
    if (id) await own.store.write(tx => endTask(own, tx, id, 1, { kind: 'completed', report: 'done' }));
    if (where === 'elsewhere') store.hint();
  });
  await rest();
  await Promise.all(works);
  if (memory.looksAgain && of.some(({ where }) => where === 'unheard')) {
    await clock.advance(limits.recheckMs);
    await rest();
  }
  return { ...(await standing(scene, openMemoryStore(database))), isAtRest: isAtRest() };
}

function stepsOn(s: fc.Scheduler) {
  let steps = 0;
  return {
    stepOf: (who: string) => (what: string) => {
      steps += 1;
      if (steps > stepsBound) return new Promise<void>(() => undefined);
      return s.schedule(Promise.resolve(), `${who} ${what}`);
    },
    async rest() {
      await s.waitIdle();
      if (steps > stepsBound) throw new Error(`it did not come to rest in ${stepsBound} steps`);
    },
  };
}

async function standing({ chatId, lane }: OwnerScene, store: ReturnType<typeof openMemoryStore>) {
  const entries = await store.entries(chatId, { lane });
  const told = ofType(entries, 'notification:delivered').flatMap(({ tasks }) => tasks.map(task => task.taskId));
  const last = (type: string) => entries.findLastIndex(entry => entry.type === type);
  return {
    told: told.toSorted(),
    waiting: await store.pending(chatId, lane),
    openTurns: ofType(entries, 'turn:started').length - ofType(entries, 'turn:ended').length,
    isAnswered: last('model:answered') > last('notification:delivered'),
  };
}

/** Between two steps every promise is let run out. */
async function drained(run: () => Promise<void>): Promise<void> {
  await run();
  await new Promise(resolve => setImmediate(resolve));
}
