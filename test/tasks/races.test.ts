import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/entry.ts';
import type { TaskId } from '../../src/core/ids.ts';
import type { Tx } from '../../src/store/store.ts';
import { endTask } from '../../src/tasks/end-task.ts';
import { spawnTask } from '../../src/tasks/spawn.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import {
  createWorld,
  newTask,
  ofType,
  rounds,
  type TestProgram,
  taskNamed,
  until,
  type World,
} from '../fakes/program.ts';
import { cast, latch, onceOpen, says, stepOf, uses } from '../fakes/script-model.ts';

const background = (name: string): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true },
];

/** A background task that is held while it speaks; its owner is idle. */
async function heldTask(): Promise<{ world: World; program: TestProgram; id: TaskId; release: () => void }> {
  const hold = latch();
  const world = await createWorld(
    cast([uses(background('held')), says('ok'), says('heard')], { held: onceOpen(hold, says('own report')) }),
  );
  const program = await world.open();
  await program.say('go');
  await until(async () => (await program.tasks())[0]?.status === 'running' && world.model.requests.length === 3);
  await program.quietButTasks();
  return { world, program, id: (await taskNamed(program, 'held')).id, release: () => hold.open() };
}

/** What can end a task. */
const enders = {
  complete: async ({ release }) => release(),
  stop: async ({ program, id }) => {
    await program.store.write(tx => stopTask(program.chat.working.deps, tx, id, 'stopped by a test', 'main'));
  },
  timeout: async ({ world }) => {
    await world.clock.advance(31 * 60_000);
  },
  crash: async ({ program, id }) => {
    await program.store.write(async tx => {
      const task = await tx.task(id);
      if (task?.status === 'running')
        await tx.patchTask(id, { status: 'parked', parkReason: 'process-gone', worker: null, failures: ['gone'] });
    });
  },
  zombie: async ({ program, id }) => {
    const outcome: Outcome = { kind: 'completed', report: 'of a zombie' };
    await program.store.write(tx => endTask(program.chat.working.deps, tx, id, 0, outcome));
  },
} satisfies Record<string, (held: Awaited<ReturnType<typeof heldTask>>) => Promise<void>>;
const names = ['complete', 'stop', 'timeout', 'crash', 'zombie'] as const;
const pairs = names.flatMap(a => names.map(b => [a, b] as const)).filter(([a, b]) => a !== b);

describe('S14 R9 one terminal state', () => {
  test.each(pairs)('S14 %s and %s race: the task ends once, and its owner is told at most once', async (a, b) => {
    const held = await heldTask();
    const { program, id, release } = held;

    await Promise.all([enders[a](held), enders[b](held)]);
    await rounds();
    release();
    await program.quiet();

    const entries = await program.entries();
    const [ended, ...more] = ofType(entries, 'task:ended');
    const told = ofType(entries, 'notification:delivered').flatMap(entry => entry.tasks);
    const row = await program.store.task(id);
    expect(more).toEqual([]);
    expect(row?.status).toBe(ended?.outcome.kind);
    expect(row?.outcome).toEqual(ended?.outcome);
    expect(JSON.stringify(ended?.outcome)).not.toContain('zombie');
    expect(told.map(task => task.taskId)).toEqual(ended?.outcome.kind === 'stopped' ? [] : [id]);
  });

  test('R9 the same end five times, out of order and from two programs, is one notification', async () => {
    const { world, program, id } = await heldTask();
    const other = await world.open();
    const outcomes: Outcome[] = [1, 2, 3, 4, 5].map(n => ({ kind: 'completed', report: `copy ${n}` }));

    const firsts = await Promise.all(
      outcomes.map((outcome, index) => {
        const by = index % 2 === 0 ? program : other;
        return by.store.write(tx => endTask(by.chat.working.deps, tx, id, 1, outcome));
      }),
    );
    await program.quiet();

    expect(firsts.filter(Boolean)).toHaveLength(1);
    const entries = await program.entries();
    expect(ofType(entries, 'task:ended')).toHaveLength(1);
    expect(ofType(entries, 'notification:delivered').flatMap(entry => entry.tasks)).toHaveLength(1);
  });

  test('R10 what a run of an older attempt writes late is dropped', async () => {
    const hold = latch();
    const world = await createWorld(
      cast([uses(background('held')), says('ok'), says('heard')], {
        held: request =>
          stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : onceOpen(hold, says('first'))(request, never),
      }),
    );
    const program = await world.open();
    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    const { id } = await taskNamed(program, 'held');
    const second = await world.open();

    await second.store.write(async tx => {
      await tx.patchTask(id, { status: 'running', attempt: 2, worker: second.chat.working.worker() });
    });
    world.tools.release('s');
    hold.open();
    await rounds(100);

    expect(ofType(await program.entries(id), 'tool:ended')).toEqual([]);
    expect(await program.store.task(id)).toMatchObject({ status: 'running', attempt: 2 });
  });
});

describe('S15 stopping', () => {
  /** main → top → middle → bottom, all in the background but the middle one. */
  async function tree() {
    const hold = latch();
    const world = await createWorld(
      cast([uses(background('top'), background('beside')), says('ok'), says('heard')], {
        top: request =>
          stepOf(request) === 0
            ? uses(['Task', { subagent_type: 'general-purpose', prompt: 'middle', description: 'middle' }])
            : says('done'),
        middle: request => (stepOf(request) === 0 ? uses(background('bottom')) : says('done')),
        bottom: onceOpen(hold, says('done')),
        beside: onceOpen(hold, says('done')),
      }),
    );
    const program = await world.open();
    await program.say('go');
    await until(async () => (await program.tasks()).filter(task => task.status === 'running').length === 4);
    return { world, program, hold };
  }

  test('S15 stopping a parent stops everything under it, and nothing beside it', async () => {
    const { program, hold } = await tree();
    const top = await taskNamed(program, 'top');

    await program.store.write(tx => stopTask(program.chat.working.deps, tx, top.id, 'enough', 'main'));
    hold.open();
    await program.quiet();

    const statuses = Object.fromEntries((await program.tasks()).map(task => [task.description, task.status]));
    expect(statuses).toEqual({ top: 'stopped', middle: 'stopped', bottom: 'stopped', beside: 'completed' });
    const told = ofType(await program.entries(), 'notification:delivered').flatMap(entry => entry.tasks);
    expect(told.map(task => task.summary)).toEqual(['Agent "beside" completed']);
    expect(program.chat.working.pool.running()).toEqual([]);
  });

  test('S15 an interrupt of the main lane leaves background tasks alone and stops what it waited for', async () => {
    const hold = latch();
    const world = await createWorld(
      cast(
        [
          uses(background('behind'), [
            'Task',
            { subagent_type: 'general-purpose', prompt: 'front', description: 'front' },
          ]),
          says('ok'),
          says('heard'),
        ],
        {
          behind: onceOpen(hold, says('done')),
          front: onceOpen(hold, says('done')),
        },
      ),
    );
    const program = await world.open();
    await program.say('go');
    await until(async () => (await program.tasks()).filter(task => task.status === 'running').length === 2);

    program.chat.session.interrupt();
    await program.quietButTasks();
    hold.open();
    await program.quiet();

    const statuses = Object.fromEntries((await program.tasks()).map(task => [task.description, task.status]));
    expect(statuses).toEqual({ behind: 'completed', front: 'stopped' });
    expect(ofType(await program.entries('main'), 'turn:ended')[0]?.end).toBe('interrupted');
  });

  test('S15 TaskStop answers at once, and no notification follows', async () => {
    const hold = latch();
    const world = await createWorld((request, signal) => {
      if (request.agent !== 'primary') return onceOpen(hold, says('done'))(request, signal);
      const step = stepOf(request);
      if (step === 0) return uses(background('held'));
      if (step === 1) return uses(['TaskStop', { task_id: /task_\w+/.exec(request.messages.at(-1)?.text ?? '')?.[0] }]);
      return says('ok');
    });
    const program = await world.open();

    await program.say('go');
    await program.quiet();

    const task = await taskNamed(program, 'held');
    expect(task.outcome).toMatchObject({ kind: 'stopped', message: 'stopped by the agent that delegated it' });
    expect(ofType(await program.entries('main'), 'tool:ended')[1]?.text).toBe(`Task ${task.id} ("held") is stopped.`);
    expect(ofType(await program.entries(), 'notification:delivered')).toEqual([]);
  });
});

describe('wake-ups', () => {
  test('R7 1,000 tasks end while the owner works and the user types: each is told once, and no word of the user is lost', async () => {
    const world = await createWorld(cast([uses(['Slow', { text: 's' }]), says('ok')]));
    const program = await world.open();
    const { deps } = program.chat.working;
    await program.say('go');
    await until(() => world.tools.runs.length === 1);
    const typed = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    const ids = await program.store.write(async tx => {
      const made: TaskId[] = [];
      for (let index = 0; index < 1_000; index += 1) made.push(await insertRunning(program, tx, `t${index}`));
      return made;
    });

    const ends = ids.map(id => program.store.write(tx => endTask(deps, tx, id, 1, { kind: 'completed', report: id })));
    for (const word of typed) await program.say(word);
    await Promise.all(ends);
    world.tools.release('s');
    await program.quiet();

    const main = await program.entries('main');
    const told = ofType(main, 'notification:delivered').flatMap(entry => entry.tasks.map(task => task.taskId));
    expect(told).toHaveLength(1_000);
    expect(new Set(told)).toEqual(new Set(ids));
    expect(ofType(main, 'user:said').map(entry => entry.text)).toEqual(['go', ...typed]);
  });

  test("R8 ends beside the end of their owner's turn lose no wake-up on SQLite either", async () => {
    const world = await createWorld(() => says('ok'));
    const program = await world.open();
    const { deps } = program.chat.working;

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 6 }),
        async (delays, speech) => {
          world.model.script = async () => {
            await rounds(speech);
            return says('ok');
          };
          const before = toldIn(await program.entries('main')).length;
          const ids = await program.store.write(async tx => {
            const made: TaskId[] = [];
            for (const delay of delays) made.push(await insertRunning(program, tx, `after ${delay}`));
            return made;
          });
          const turn = program.say('go');
          const ends = ids.map(async (id, index) => {
            await rounds(delays[index]);
            await program.store.write(tx => endTask(deps, tx, id, 1, { kind: 'completed', report: id }));
          });

          await Promise.all([turn, ...ends]);
          await program.quiet();

          expect(
            toldIn(await program.entries('main'))
              .slice(before)
              .sort(),
          ).toEqual([...ids].sort());
        },
      ),
      { numRuns: 50 },
    );
  });
});

const never = new AbortController().signal;

function toldIn(entries: Awaited<ReturnType<TestProgram['entries']>>): TaskId[] {
  return ofType(entries, 'notification:delivered').flatMap(entry => entry.tasks.map(task => task.taskId));
}

/** A background task of the main lane that counts as running in this program, with nobody at work on it. */
async function insertRunning(program: TestProgram, tx: Tx, description: string): Promise<TaskId> {
  const { deps, worker } = program.chat.working;
  const { task } = await spawnTask(deps, tx, {
    ...newTask(program.chat.chat.id),
    description,
    parent: { lane: 'main' },
    isBackground: true,
    notify: 'wake',
  });
  await tx.patchTask(task.id, { status: 'running', attempt: 1, worker: worker(), startedAt: task.createdAt });
  return task.id;
}
