import { expect, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import type { ChatId, WorkerId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { driveLane } from '../../src/engine/lane-driver.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { bypass, createWorld, ofType, until } from '../fakes/program.ts';
import { cast, lastTextOf, latch, onceOpen, says, stepOf, uses } from '../fakes/script-model.ts';

const look = (text: string) => ['Look', { text }] as const;

test('turnSteps bounds the model steps of a turn', async () => {
  const world = await createWorld(request => uses(look(`${stepOf(request)}`)), { limits: { turnSteps: 3 } });
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const main = await program.entries('main');
  expect(ofType(main, 'model:answered')).toHaveLength(3);
  expect(ofType(main, 'turn:ended')[0]).toMatchObject({ end: 'max-turns' });
});

test('callsPerStep bounds the calls of an answer that are run; the model is told of the others', async () => {
  const world = await createWorld(cast([uses(look('a'), look('b'), look('c')), says('ok')]), {
    limits: { callsPerStep: 2 },
  });
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  expect(world.tools.runs).toHaveLength(2);
  const told = ofType(await program.entries('main'), 'tool:ended').map(entry => entry.text);
  expect(told.filter(text => text.includes('one answer may make 2 calls'))).toHaveLength(1);
});

test('sameCallInARow is the number at which a loop is broken', async () => {
  const world = await createWorld(() => uses(look('same')), { limits: { sameCallInARow: 3 } });
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const main = await program.entries('main');
  expect(world.tools.runs).toHaveLength(2);
  expect(ofType(main, 'turn:ended')[0]).toMatchObject({ end: 'loop' });
});

test('parallelCalls bounds the calls of a step that run at the same time', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const world = await createWorld(cast([uses(...names.map(text => ['Slow', { text }] as const)), says('ok')]), {
    limits: { parallelCalls: 2 },
  });
  const program = await world.open();
  await program.say('go');
  await until(() => world.tools.runs.length >= 2);
  for (let round = 0; round < 50; round += 1) await new Promise(resolve => setImmediate(resolve));

  const atOnce = world.tools.runs.length;
  for (const name of names) world.tools.release(name);
  await program.quiet();

  expect(atOnce).toBe(2);
  expect(world.tools.runs).toHaveLength(4);
});

test('approvalMs is the time after which a question to people is denied', async () => {
  const world = await createWorld(cast([uses(['Slow', { text: 's' }]), says('ok')]), { limits: { approvalMs: 5_000 } });
  const program = await world.open({ policy: { ...bypass, mode: 'ask' }, canAsk: () => true });
  await program.say('go');
  await until(async () => (await program.store.openApprovals(world.chatId)).length === 1);

  await world.clock.advance(4_000);
  const before = await program.store.openApprovals(world.chatId);
  await program.quiet();

  expect(before).toHaveLength(1);
  expect(await program.store.openApprovals(world.chatId)).toEqual([]);
  expect(ofType(await program.entries('main'), 'approval:answered')[0]).toMatchObject({ verdict: 'expired' });
});

test('notificationWindowMs bounds how long ends of tasks wait for one another', async () => {
  const holds = { first: latch(), second: latch() };
  const task = (name: string) =>
    ['Task', { subagent_type: 'general-purpose', prompt: name, description: name, run_in_background: true }] as const;
  const world = await createWorld(
    cast([uses(task('first'), task('second')), says('wait'), says('one'), says('two')], {
      first: onceOpen(holds.first, says('1')),
      second: onceOpen(holds.second, says('2')),
    }),
    { limits: { notificationWindowMs: 700 } },
  );
  const program = await world.open();
  await program.say('go');
  await program.quietButTasks();
  const began = world.clock.monotonic();

  holds.first.open();
  await until(async () => {
    await world.clock.advance(10);
    return ofType(await program.entries('main'), 'notification:delivered').length === 1;
  });
  const waitedMs = world.clock.monotonic() - began;
  holds.second.open();
  await program.quiet();

  expect(waitedMs).toBeGreaterThanOrEqual(600);
  expect(waitedMs).toBeLessThan(2_000);
});

test('compactAt is the share of the window at which a lane is compacted, and summaryResultChars bounds each result in that request', async () => {
  const world = await createWorld(
    request => {
      if (lastTextOf(request).startsWith('Write a summary')) return says('short');
      return stepOf(request) < 4 && !request.messages[0]?.text.startsWith('Summary')
        ? uses(look(`${stepOf(request)} ${'x'.repeat(limits.summaryResultChars * 3)}`))
        : says('ok');
    },
    { contextWindow: 100_000, limits: { compactAt: 0.1 } },
  );
  const program = await world.open();

  await program.say('go');
  await program.quiet();

  const summary = world.model.requests.find(request => lastTextOf(request).startsWith('Write a summary'));
  const results = summary?.messages.filter(message => message.role === 'tool') ?? [];
  expect(ofType(await program.entries('main'), 'context:compacted').length).toBeGreaterThan(0);
  expect(results.length).toBeGreaterThan(0);
  for (const { text } of results) expect(text.length).toBeLessThan(limits.summaryResultChars + 100);
});

test('leaseMs is how far ahead a lease reaches, and leaseRenewMs how often it is renewed', async () => {
  const world = await createWorld(() => says('ok'), { limits: { leaseMs: 9_000, leaseRenewMs: 3_000 } });
  const program = await world.open();
  const until = async () => (await program.store.workers())[0]?.leaseUntil ?? 0;
  const begin = world.clock.now();

  const first = await until();
  await world.clock.advance(2_999);
  const before = await until();
  await world.clock.advance(1);
  for (let round = 0; round < 50; round += 1) await new Promise(resolve => setImmediate(resolve));

  expect([first, before]).toEqual([begin + 9_000, begin + 9_000]);
  expect(await until()).toBe(begin + 3_000 + 9_000);
});

test('storeBackoffMaxMs bounds the pauses between tries of a lane whose store fails', async () => {
  const clock = createFakeClock();
  const tries: number[] = [];
  const store = {
    onChange: () => () => undefined,
    chat: async () => {
      tries.push(clock.monotonic());
      throw new AppError('store', 'The disk is full.');
    },
  };
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const engine = { store, clock, limits, log: silent } as never; // what a driver asks of an engine until then
  const worker = () => 'worker_1' as WorkerId;
  const options = { worker, onState: () => undefined, startsOnLate: true, expectsMore: async () => false } as never;
  const driver = driveLane(engine, { chatId: 'chat_1' as ChatId, lane: 'main' }, options);

  for (let passed = 0; passed < 600_000; passed += 1_000) await clock.advance(1_000);
  await driver.close();

  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(Math.max(...pauses)).toBeGreaterThanOrEqual(limits.storeBackoffMaxMs);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(limits.storeBackoffMaxMs + limits.recheckMs);
});
