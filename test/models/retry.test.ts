import { afterEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { answerOf, ask, collectPassing, failureOf, modelsAt, never, until } from '../fakes/models.ts';
import { chatStream, eventStream, type RawServer, startRawServer } from '../fakes/raw-server.ts';

let server: RawServer | undefined;
afterEach(() => server?.stop());

/** Fails the first `times` requests with a status, then answers. */
async function failing(
  status: number,
  headers: Record<string, string> = {},
  times = 1,
  body = '{"error":{"message":"no"}}',
) {
  server = await startRawServer((response, _request, number) => {
    if (number <= times)
      return void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    response.writeHead(200, eventStream).end(chatStream('fine'));
  });
  return server;
}

for (const status of [429, 500, 502, 503, 529, 408]) {
  test(`R20 ${status} is retried after a jittered pause`, async () => {
    const clock = createFakeClock();
    const { url, requests } = await failing(status, {}, 2);

    const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

    expect(answerOf(events).text).toBe('fine');
    expect(requests).toHaveLength(3);
    const waits = events.flatMap(event => (event.type === 'retrying' ? [event.inMs] : []));
    expect(waits).toEqual([limits.modelBackoffMinMs / 2, limits.modelBackoffMinMs]);
  });
}

for (const status of [400, 401, 402, 403, 404]) {
  test(`R20 ${status} is not retried and said plainly`, async () => {
    const clock = createFakeClock();
    const { url, requests } = await failing(status, {}, 99);

    const events = await collectPassing(modelsAt(url, { clock, key: 'secret-key-1' }).stream(ask('hi'), never), clock);

    expect(events).toHaveLength(1);
    expect(failureOf(events)).toMatchObject({ status });
    expect(failureOf(events).message).toContain(new URL(url).host);
    expect(requests).toHaveLength(1);
  });
}

test('R20 a request after the fix of a refused one is answered', async () => {
  const clock = createFakeClock();
  const { url } = await failing(401, {}, 1);
  const models = modelsAt(url, { clock });

  const refused = await collectPassing(models.stream(ask('hi'), never), clock);
  const fixed = await collectPassing(models.stream(ask('hi'), never), clock);

  expect(failureOf(refused).kind).toBe('auth');
  expect(answerOf(fixed).text).toBe('fine');
});

test('R20 Retry-After 1 is kept to, with a little jitter', async () => {
  const clock = createFakeClock();
  const { url } = await failing(429, { 'retry-after': '1' });

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(events[0]).toMatchObject({ type: 'retrying', attempt: 2, inMs: 1000 + limits.modelBackoffMinMs / 2 });
  expect(answerOf(events).text).toBe('fine');
});

test('R20 Retry-After 3600 ends at once and says when to try again', async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 12));
  const { url, requests } = await failing(429, { 'retry-after': '3600' });

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(failureOf(events)).toMatchObject({ kind: 'throttled', retryAfterMs: 3_600_000 });
  expect(failureOf(events).message).toContain('Try again in 60 min (at 2026-01-01T13:00:00Z).');
  expect(requests).toHaveLength(1);
});

test('R20 Retry-After as a date counts from now', async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 12));
  const { url } = await failing(503, { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' });

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(events[0]).toMatchObject({ type: 'retrying', inMs: 30_000 + limits.modelBackoffMinMs / 2 });
});

test('R20 Retry-After that is garbage counts as none', async () => {
  const clock = createFakeClock();
  const { url } = await failing(429, { 'retry-after': 'when the moon is full; -1' });

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(events[0]).toMatchObject({ type: 'retrying', inMs: limits.modelBackoffMinMs / 2 });
});

test('R20 a request that keeps failing ends within the budget of attempts and time', async () => {
  const clock = createFakeClock();
  const { url, requests } = await failing(500, {}, 999);

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(failureOf(events).message).toContain('Gave up after 11 attempts');
  expect(requests).toHaveLength(limits.modelRetries + 1);
  expect(clock.monotonic()).toBeLessThanOrEqual(limits.modelRetryTotalMs);
});

test('R20 retries stop when their time is used up', async () => {
  const clock = createFakeClock();
  const { url } = await failing(429, { 'retry-after': '250' }, 999);

  const events = await collectPassing(modelsAt(url, { clock }).stream(ask('hi'), never), clock);

  expect(events.filter(event => event.type === 'retrying')).toHaveLength(2);
  expect(failureOf(events).message).toContain('Try again in');
  expect(clock.monotonic()).toBeLessThanOrEqual(limits.modelRetryTotalMs);
});

test('R20 a pause between attempts is cancelled at once', async () => {
  const clock = createFakeClock();
  const { url, requests } = await failing(500, {}, 999);
  const stop = new AbortController();
  const reader = modelsAt(url, { clock }).stream(ask('hi'), stop.signal)[Symbol.asyncIterator]();
  await reader.next();
  const next = reader.next();

  stop.abort(new Error('enough'));

  expect(await next).toMatchObject({
    value: { type: 'failed', failure: { kind: 'aborted', message: 'Stopped: enough' } },
  });
  expect(await reader.next()).toMatchObject({ done: true });
  expect(requests).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('R20 after Retry-After everybody at the same model waits', async () => {
  const clock = createFakeClock();
  const { url, requests } = await failing(429, { 'retry-after': '5' });
  const models = modelsAt(url, { clock });
  const first = models.stream(ask('one'), never)[Symbol.asyncIterator]();
  await first.next();
  const firstNext = first.next();
  const second = models.stream(ask('two'), never)[Symbol.asyncIterator]();
  const secondNext = second.next();

  await clock.advance(4_999);
  const before = requests.length;
  await clock.advance(1_000);
  await Promise.all([firstNext, secondNext]);

  expect(before).toBe(1);
  expect(requests).toHaveLength(3);
});

test('R20 100 subagents share one limiter that adapts, and all are answered', async () => {
  const clock = createFakeClock();
  let inFlight = 0;
  let most = 0;
  let refused = 0;
  const full = Promise.withResolvers<void>();
  server = await startRawServer(async response => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    // Answers nobody before all that may be in flight at the start have come.
    if (inFlight === limits.requestsStart) full.resolve();
    await full.promise;
    if (inFlight > 20) {
      refused += 1;
      response.writeHead(429).end('{"error":{"message":"too many"}}');
    } else response.writeHead(200, eventStream).end(chatStream('fine'));
    inFlight -= 1;
  });
  const models = modelsAt(server.url, { clock });
  let isDone = false;

  const all = Promise.all(
    Array.from({ length: 100 }, (_, index) => collectPassing(models.stream(ask(`task ${index}`), never), clock)),
  ).finally(() => {
    isDone = true;
  });
  await until(() => isDone);
  const answers = (await all).map(answerOf);

  expect(answers.every(answer => answer.text === 'fine')).toBe(true);
  expect(most).toBeLessThanOrEqual(limits.requestsStart);
  expect(refused).toBeGreaterThan(0);
  expect(models.cap('openai-chat/m')).toBeLessThan(limits.requestsStart);
});

test('the key never stands in a message, wherever the server puts it', async () => {
  const clock = createFakeClock();
  const key = 'sk-very-secret-0123456789';
  const { url } = await failing(
    401,
    {},
    9,
    JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } }),
  );

  const events = await collectPassing(modelsAt(url, { clock, key }).stream(ask('hi'), never), clock);

  expect(failureOf(events).message).toContain('TEST_KEY');
  expect(JSON.stringify(events)).not.toContain(key);
});
