import { expect, test } from 'vitest';
import type { EntryType } from '../../src/core/entry.ts';
import { limits } from '../../src/core/limits.ts';
import { sendToTask } from '../../src/tasks/resume-task.ts';
import { stopTask } from '../../src/tasks/stop-task.ts';
import { ofType, until, type World } from '../fakes/program.ts';
import { ends, live, office, scene, seen } from '../fakes/provider-scene.ts';

test('R20 100 subagents behind one limiter: refusals halve the cap, nobody comes before Retry-After, all report', async () => {
  const { world, program, door } = await scene(office(100), { door: { most: () => 10, retryAfter: '2' } });
  const caps: number[] = [];
  program.chat.session.subscribe(0, () => caps.push(program.base.models.cap('openai-chat/m')));

  const entries = seen(program);
  const told = () => ofType(entries, 'notification:delivered').flatMap(entry => entry.tasks);

  await program.say('send all');
  await passUntil(world, () => told().length >= 100 && program.chat.session.state() === 'idle', 5);

  const arrivals = door?.arrivals ?? [];
  const refused = arrivals.filter(one => one.isRefused);
  // What was on its way when the first refusal came back is not early.
  const early = arrivals.filter(({ at }) => refused.some(one => at > one.at + 500 && at < one.at + 1_900));
  expect((await ends(program)).filter(end => end.outcome.kind === 'completed')).toHaveLength(100);
  expect(new Set(told().map(one => one.taskId)).size).toBe(100);
  expect(told()).toHaveLength(100);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(100);
  expect(early).toEqual([]);
  expect(Math.min(...caps)).toBeLessThanOrEqual(limits.requestsStart / 2);
  // One more at a time upwards, by halves downwards: never a jump back to many.
  expect(caps.every((cap, index) => cap <= (caps[index - 1] ?? cap) + 2)).toBe(true);
}, 60_000);

/** Lets time pass until something holds, in larger steps than a quiet program needs. */
async function passUntil(world: World, holds: () => boolean, stepMs = 20): Promise<void> {
  await until(async () => {
    await world.clock.advance(stepMs);
    return holds();
  });
}

test('R20 a provider that refuses all of 100 subagents is asked so often and no more; each fails with its reason', async () => {
  let isBusy = false;
  const { world, program, door } = await scene(office(100), {
    door: { most: () => (isBusy ? 0 : 100) },
    limits: { modelRetries: 1 },
  });
  const entries = seen(program);
  const count = (type: EntryType) => entries.filter(entry => entry.type === type).length;
  await program.say('send all');
  await passUntil(world, () => count('task:started') > 0);
  isBusy = true;
  const before = door?.arrivals.length ?? 0;

  await passUntil(world, () => count('task:ended') === 100, 100);

  const failed = (await ends(program)).flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome] : []));
  expect(failed.length).toBeGreaterThan(90);
  for (const { message } of failed) expect(message).toMatch(/too many requests.* 2 attempts/s);
  // 100 subagents, and the turns of the primary agent that is told of their ends.
  const turns = count('turn:started');
  expect((door?.arrivals.length ?? 0) - before).toBeLessThanOrEqual(2 * turns);
}, 60_000);

test('R20 100 subagents that wait for a provider are stopped at once, and none of them asks again', async () => {
  let isBusy = false;
  const { world, program, door } = await scene(office(100), {
    door: { most: () => (isBusy ? 0 : 100), retryAfter: '300' },
  });
  const events = live(program);
  await program.say('send all');
  await passUntil(world, () => (door?.arrivals.length ?? 0) > 5);
  isBusy = true;
  await passUntil(world, () => events.some(event => event.type === 'retrying'));
  const { deps, pool } = program.chat.working;
  const stoppedAt = world.clock.monotonic();

  for (const task of await program.tasks())
    await program.store.write(tx => stopTask(deps, tx, task.id, 'enough', 'main'));
  await until(() => pool.running().length === 0);
  const tookMs = world.clock.monotonic() - stoppedAt;
  const asked = door?.arrivals.length ?? 0;
  isBusy = false;
  await world.clock.advance(400_000);
  await passUntil(world, () => program.chat.session.state() !== 'working');

  expect(tookMs).toBe(0);
  expect((await ends(program)).filter(end => end.outcome.kind === 'stopped').length).toBeGreaterThan(50);
  // The turn of the primary agent goes on when the time has come; of the subagents nothing does.
  expect((door?.arrivals.length ?? 0) - asked).toBeLessThanOrEqual(2);
}, 60_000);

test('R20 the wait of a subagent is shown in its lane, with its time and its reason', async () => {
  const { program } = await scene(
    office(
      1,
      '  - when: { prompt: job, from: user }\n    say: late\n    fault: { status: 429, retry_after: 7, times: 1, message: slow down }',
    ),
  );
  const events = live(program);

  await program.say('send all');
  await program.quiet();

  const [task] = await program.tasks();
  const waits = events.filter(event => event.type === 'retrying');
  expect(waits).toHaveLength(1);
  expect(waits[0]).toMatchObject({ lane: task?.id, attempt: 2, reason: expect.stringContaining('slow down') });
  expect(waits[0]?.type === 'retrying' && waits[0].inMs).toBeGreaterThanOrEqual(7_000);
});

for (const status of [400, 401, 402, 403]) {
  test(`R20 a ${status} fails a subagent at once with the provider's words, and the chat goes on after the fix`, async () => {
    const fault = `  - when: { prompt: job 1, contains: it is mended }\n    say: at last\n  - when: { prompt: job 1, from: user }\n    fault: { status: ${status}, message: not like this }`;
    const { program, server } = await scene(office(1, fault));
    await program.say('send all');
    await program.quiet();
    const [task] = await program.tasks();
    const asked = server.requests.length;
    if (!task) throw new Error('there is no task');

    await program.store.write(tx =>
      sendToTask(program.chat.working.deps, tx, task.id, 'it is mended', { lane: 'main' }),
    );
    await program.quiet();

    const [first, second] = (await ends(program)).map(end => end.outcome);
    expect(first).toMatchObject({ kind: 'failed', message: expect.stringContaining('not like this') });
    expect(server.requests.slice(0, asked).filter(one => one.outcome === status)).toHaveLength(1);
    expect(second).toMatchObject({ kind: 'completed' });
    const [told] = ofType(await program.entries('main'), 'notification:delivered');
    expect(told?.text).toContain('not like this');
  });
}
