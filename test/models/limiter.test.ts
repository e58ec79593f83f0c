import { expect, test } from 'vitest';
import { createLimiter, type RequestEnd } from '../../src/models/limiter.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { never } from '../fakes/models.ts';

function limiterOf(requestsStart: number, requestsMin = 1, requestsMax = 100) {
  const clock = createFakeClock();
  return { clock, limiter: createLimiter({ clock, limits: { requestsStart, requestsMin, requestsMax } }) };
}

async function round(limiter: ReturnType<typeof createLimiter>, count: number, end: RequestEnd) {
  const leaves = await Promise.all(Array.from({ length: count }, () => limiter.enter(never)));
  for (const leave of leaves) leave(end);
}

test('S10 the cap grows by one for each window of answers', async () => {
  const { limiter } = limiterOf(4);

  for (let number = 0; number < 4; number += 1) await round(limiter, 4, 'answered');

  expect(limiter.cap()).toBeGreaterThan(4);
  expect(limiter.cap()).toBeLessThanOrEqual(8);
});

test('S10 one wave of refusals halves the cap once', async () => {
  const { limiter } = limiterOf(32);

  await round(limiter, 32, 'throttled');
  const first = limiter.cap();
  await round(limiter, 16, 'throttled');

  expect([first, limiter.cap()]).toEqual([16, 8]);
});

test('S10 the cap stays between its floor and its ceiling', async () => {
  const { limiter } = limiterOf(2, 1, 3);

  for (let number = 0; number < 10; number += 1) await round(limiter, 1, 'throttled');
  const floor = limiter.cap();
  for (let number = 0; number < 50; number += 1) await round(limiter, floor, 'answered');

  expect(floor).toBe(1);
  expect(limiter.cap()).toBeLessThanOrEqual(3);
});

test('an idle limiter learns nothing from single answers', async () => {
  const { limiter } = limiterOf(32);

  for (let number = 0; number < 200; number += 1) await round(limiter, 1, 'answered');

  expect(limiter.cap()).toBe(32);
});

test('who waits enters in the order of coming, and leaves the queue when stopped', async () => {
  const { limiter } = limiterOf(1);
  const order: string[] = [];
  const leave = await limiter.enter(never);
  const stop = new AbortController();
  const enter = async (name: string, signal: AbortSignal) => {
    const leaveAgain = await limiter.enter(signal);
    order.push(name);
    leaveAgain('answered');
  };
  const first = enter('first', never);
  const stopped = enter('stopped', stop.signal);
  const last = enter('last', never);

  stop.abort(new Error('enough'));
  leave('answered');

  await expect(stopped).rejects.toThrow('enough');
  await Promise.all([first, last]);
  expect(order).toEqual(['first', 'last']);
});

test('a pause holds everybody back and ends by itself', async () => {
  const { limiter, clock } = limiterOf(4);
  let hasEntered = false;
  limiter.pause(5_000);
  const entering = limiter.enter(never).then(() => {
    hasEntered = true;
  });

  await clock.advance(4_999);
  const before = hasEntered;
  await clock.advance(1);
  await entering;

  expect(before).toBe(false);
});

test('T12 a conversation is answered at once however many subagents are in flight, one request at a time beyond the cap', async () => {
  const { limiter } = limiterOf(2);
  const entered: string[] = [];
  const enter = async (name: string, isAwaited: boolean) => {
    const leave = await limiter.enter(never, isAwaited);
    entered.push(name);
    return leave;
  };

  const leaves = await Promise.all([enter('subagent 1', false), enter('subagent 2', false)]);
  void enter('subagent 3', false);
  const leavePerson = await enter('person', true);
  const second = enter('another conversation', true);
  await Promise.resolve();
  const whileOneIsAsked = [...entered];
  leavePerson('answered');
  (await second)('answered');
  for (const leave of leaves) leave('answered');
  await Promise.resolve();

  expect(whileOneIsAsked).toEqual(['subagent 1', 'subagent 2', 'person']);
  expect(entered).toEqual(['subagent 1', 'subagent 2', 'person', 'another conversation', 'subagent 3']);
});
