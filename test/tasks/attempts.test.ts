import { expect, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import { createWorld, ofType, taskNamed, until } from '../fakes/program.ts';
import { cast, says, stepOf, uses } from '../fakes/script-model.ts';

const call = (name: string, more: object = {}): readonly [string, unknown] => [
  'Task',
  { subagent_type: 'general-purpose', prompt: name, description: name, ...more },
];
const background = (name: string) => call(name, { run_in_background: true });

test('R14 a clock that jumps past its own lease takes no task away from a worker that lives', async () => {
  const script = cast([uses(background('slow')), says('ok'), says('heard')], {
    slow: request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done')),
  });
  const world = await createWorld(script, { limits: { recheckMs: 1_000 } });
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length > 0);

  world.clock.jump(60_000);
  await world.clock.advance(3_000);
  world.tools.release('s');
  await program.quiet();

  const task = await taskNamed(program, 'slow');
  expect(task).toMatchObject({ status: 'completed', attempt: 1, failures: [] });
});

test('S14 a process that dies between the failed turn and the end of its task leaves a failed task, not a completed one', async () => {
  const world = await createWorld(
    cast([uses(background('bad')), says('ok'), says('heard')], {
      bad: { fails: 'auth', message: 'no key', partialText: 'half of it' },
    }),
  );
  const first = await world.open();
  const died = new Promise<void>(resolve => {
    first.store.onChange(change => {
      if (change.kind !== 'committed') return;
      const hasFailed = change.entries.some(entry => entry.type === 'turn:ended' && entry.lane !== 'main');
      if (hasFailed) resolve(first.kill());
    });
  });
  await first.say('go');
  await died;

  const second = await world.open({ startsOnLate: true });
  await second.quiet();

  const task = await taskNamed(second, 'bad');
  expect(task.outcome).toMatchObject({ kind: 'failed', reason: 'error', message: 'no key', partial: 'half of it' });
  expect(ofType(await second.entries('main'), 'notification:delivered')).toHaveLength(1);
});

test('S10 a parent whose calls end one after the other keeps giving its place to the rest', async () => {
  const world = await createWorld(
    cast([uses(call('parent')), says('ok')], {
      parent: request => (stepOf(request) === 0 ? uses(call('a'), call('b'), call('c')) : says('all three')),
      a: says('a'),
      b: says('b'),
      c: says('c'),
    }),
  );
  world.model.room = 1;
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect((await program.tasks()).map(task => task.status)).toEqual([
    'completed',
    'completed',
    'completed',
    'completed',
  ]);
});

test('R2 a store that fails for a while leaves no task running without a runner', async () => {
  const script = cast([uses(background('slow')), says('ok'), says('heard')], {
    slow: request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done')),
  });
  const world = await createWorld(script, { limits: { recheckMs: 1_000 } });
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length > 0);
  await program.quietButTasks();
  const write = program.store.write;
  let isFull = true;
  program.store.write = work => (isFull ? Promise.reject(new AppError('store', 'the disk is full')) : write(work));

  world.tools.release('s');
  await until(async () => {
    await world.clock.advance(100);
    return world.logged.some(line => line.includes('the store cannot be written'));
  });
  isFull = false;
  // Parked for a moment, until it is taken again.
  await until(async () => {
    await program.quiet();
    return (await taskNamed(program, 'slow')).status === 'completed';
  });

  expect((await taskNamed(program, 'slow')).failures).toEqual([]);
});

test('T15 a program that closes while it takes a task puts it back', async () => {
  const script = cast([uses(background('slow')), says('ok'), says('heard')], {
    slow: request => (stepOf(request) === 0 ? uses(['Slow', { text: 's' }]) : says('done')),
  });
  const world = await createWorld(script);
  const first = await world.open();
  const closed = new Promise<void>(resolve => {
    first.store.onChange(change => {
      if (change.kind !== 'committed') return;
      if (change.entries.some(entry => entry.type === 'task:started')) resolve(first.chat.close());
    });
  });
  await first.say('go');
  await closed;

  expect(first.chat.working.pool.running()).toEqual([]);
  expect((await taskNamed(first, 'slow')).status).toBe('parked');
});

test('T4 a model that refuses makes a failed task', async () => {
  const world = await createWorld(cast([uses(call('no')), says('ok')], { no: says('', { stop: 'refused' }) }));
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect((await taskNamed(program, 'no')).outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
});

test('S7 a report that was cut off at the output limit says so', async () => {
  const world = await createWorld(cast([uses(call('long')), says('ok')], { long: says('half', { stop: 'length' }) }));
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect((await taskNamed(program, 'long')).outcome).toEqual({
    kind: 'completed',
    report: 'half\n\n[cut off at the output limit of the model]',
  });
});

test.each([
  ['and nothing was said before', '', '[no report: the last answer of the agent was empty]'],
  [
    'and something was said before',
    'I look.',
    '[no report: the last answer of the agent was empty]\n\nWhat it had said before that:\nI look.',
  ],
])('S7 when the last answer is empty %s, no older text passes for the report', async (_, before, report) => {
  const mute = { text: before, calls: [{ tool: 'Look', input: { text: 'x' } }] };
  const world = await createWorld(
    cast([uses(call('mute')), says('ok')], { mute: request => (stepOf(request) === 0 ? mute : says(' \n')) }),
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect((await taskNamed(program, 'mute')).outcome).toEqual({ kind: 'completed', report });
});
