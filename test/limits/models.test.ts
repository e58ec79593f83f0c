import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { factsOf } from '../../src/models/catalog.ts';
import { createModels } from '../../src/models/create-models.ts';
import { said } from '../../src/models/failure.ts';
import { createLimiter } from '../../src/models/limiter.ts';
import { listModels } from '../../src/models/list.ts';
import type { ModelEvent } from '../../src/models/model.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createFakeClock } from '../fakes/clock.ts';
import {
  answerOf,
  ask,
  collect,
  collectPassing,
  failureOf,
  middle,
  modelsAt,
  never,
  silent,
  until,
} from '../fakes/models.ts';
import { chatStream, eventStream, startRawServer } from '../fakes/raw-server.ts';

async function serving(...args: Parameters<typeof startRawServer>) {
  const server = await startRawServer(...args);
  onTestFinished(() => server.stop());
  return server;
}
const once = { modelRetries: 0 };
const waits = (events: readonly ModelEvent[]) =>
  events.flatMap(event => (event.type === 'retrying' ? [event.inMs] : []));
const providerAt = (url: string) => {
  const [own] = providersFrom({}, [{ name: 'own', protocol: 'openai-chat', base_url: url }]).slice(-1);
  if (!own) throw new Error('no provider');
  return own;
};

test('modelConnectMs ends a connection that does not come to stand', async () => {
  const clock = createFakeClock();
  // Accepts, and never says a word of the handshake.
  const server = createServer(socket => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await until(() => server.listening);
  const { port } = server.address() as { port: number }; // that of a server that listens
  const asking = collect(modelsAt(`https://127.0.0.1:${port}`, { clock, limits: once }).stream(ask('hi'), never));
  await until(() => clock.pending > 1);

  await clock.advance(limits.modelConnectMs);

  expect(failureOf(await asking)).toMatchObject({ kind: 'network' });
  expect(failureOf(await asking).message).toContain(`within ${limits.modelConnectMs / 1_000} s`);
});

test('modelIdleMs ends an answer of which nothing comes', async () => {
  const clock = createFakeClock();
  const server = await serving(response => void response.writeHead(200, eventStream).write(': alive\n\n'));
  const asking = collect(
    modelsAt(server.url, { clock, limits: { ...once, modelIdleMs: 7_000 } }).stream(ask('hi'), never),
  );
  await until(() => server.requests.length === 1 && clock.pending > 0);
  for (let round = 0; round < 20; round += 1) await new Promise(resolve => setImmediate(resolve));

  await clock.advance(7_000);

  expect(failureOf(await asking)).toMatchObject({ kind: 'timeout' });
});

test('modelRetries and modelBackoffMaxMs bound the attempts and the pauses between them', async () => {
  const clock = createFakeClock();
  const server = await serving(response => void response.writeHead(500).end('{}'));
  const own = { modelRetries: 8, modelBackoffMaxMs: 3_000 };

  const events = await collectPassing(
    modelsAt(server.url, {
      clock,
      limits: own,
      random: { next: () => 1, bytes: length => new Uint8Array(length) },
    }).stream(ask('hi'), never),
    clock,
  );

  expect(server.requests).toHaveLength(9);
  expect(Math.max(...waits(events))).toBe(3_000);
  expect(waits(events)[0]).toBe(limits.modelBackoffMinMs);
});

test('modelRetryTotalMs bounds the time of all retries', async () => {
  const clock = createFakeClock();
  const server = await serving(response => void response.writeHead(429, { 'retry-after': '4' }).end('{}'));
  const own = { modelRetryTotalMs: 10_000 };

  const events = await collectPassing(modelsAt(server.url, { clock, limits: own }).stream(ask('hi'), never), clock);

  expect(failureOf(events).kind).toBe('throttled');
  expect(clock.monotonic()).toBeLessThanOrEqual(10_000);
});

test('modelRedirects bounds the redirects of a request', async () => {
  const server = await serving((response, { path }) => void response.writeHead(307, { location: path }).end());

  const events = await collect(modelsAt(server.url).stream(ask('hi'), never));

  expect(failureOf(events).message).toContain('in a circle');
  expect(server.requests).toHaveLength(limits.modelRedirects + 1);
});

test('modelErrorBytes bounds what is read of a refusal that never ends', async () => {
  const server = await serving(response => {
    response.writeHead(400, { 'content-type': 'application/json' });
    const pour = () => void (response.writable && response.write('x'.repeat(limits.modelErrorBytes), pour));
    pour();
  });

  const events = await collect(modelsAt(server.url).stream(ask('hi'), never));

  expect(failureOf(events)).toMatchObject({ status: 400 });
});

test("modelErrorChars bounds a provider's words in a message", () => {
  const shown = said('x'.repeat(10_000), { secrets: [] } as never); // what it looks at

  expect(shown.length).toBeLessThanOrEqual(limits.modelErrorChars);
});

test('modelListBytes bounds a list of models', async () => {
  const name = 'm'.repeat(1_000);
  const data = Array.from({ length: limits.modelListBytes / 1_000 + 100 }, () => ({ id: name }));
  const server = await serving(response => void response.writeHead(200).end(JSON.stringify({ data })));

  await expect(listModels(providerAt(server.url), { clock: systemClock })).rejects.toThrow('not a list of models');
});

test('modelProbeMs bounds the look for a local server', async () => {
  const clock = createFakeClock();
  const server = await serving(() => undefined);
  const listing = listModels(providerAt(server.url), { clock, timeoutMs: limits.modelProbeMs });
  const outcome = expect(listing).rejects.toThrow(`within ${limits.modelProbeMs / 1_000} s`);
  await until(() => server.requests.length === 1);

  await clock.advance(limits.modelProbeMs);

  await outcome;
});

test('modelOutputTokens and modelOutputTokensUnknown are asked for where the protocol wants a number', async () => {
  const asked: number[] = [];
  const server = await serving((response, { body }) => {
    asked.push(JSON.parse(body).max_tokens);
    response.writeHead(400).end('{}');
  });

  const providers = providersFrom({}, [{ name: 'mine', protocol: 'anthropic', base_url: server.url }]);
  const shared = { providers, clock: systemClock, random: middle, log: silent };
  const request = ask('hi', { model: 'mine/m' });
  await collect(createModels({ ...shared, limits: { ...limits, modelOutputTokens: 100 } }).stream(request, never));
  await collect(createModels({ ...shared, limits }).stream(request, never));

  expect(asked).toEqual([100, limits.modelOutputTokensUnknown]);
});

test('contextWindowUnknown is the window of a model that nobody knows', () => {
  expect(factsOf('nobody/knows', [], false).contextWindow).toBe(limits.contextWindowUnknown);
});

test('sseLineBytes and answerBytes bound a stream', async () => {
  const server = await serving(
    response => void response.writeHead(200, eventStream).end(chatStream('x'.repeat(5_000))),
  );
  const asked = (own: object) =>
    collect(modelsAt(server.url, { limits: { ...once, ...own } }).stream(ask('hi'), never));

  expect(failureOf(await asked({ sseLineBytes: 1_000 })).message).toContain('a line longer');
  expect(failureOf(await asked({ answerBytes: 1_000 })).message).toContain('an answer larger');
  expect(answerOf(await asked({})).text).toHaveLength(5_000);
});

test('requestsStart, requestsMin and requestsMax bound the requests in flight', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ clock, limits });
  const entered: ((end: 'answered' | 'throttled') => void)[] = [];
  const enter = () => void limiter.enter(never).then(leave => entered.push(leave));
  for (let number = 0; number < limits.requestsStart * 2; number += 1) enter();
  await clock.advance(0);
  const atFirst = entered.length;

  for (let round = 0; round < 20; round += 1) {
    for (const leave of entered.splice(0)) leave('throttled');
    enter();
    await clock.advance(0);
  }
  const least = limiter.cap();

  expect([atFirst, least]).toEqual([limits.requestsStart, limits.requestsMin]);
  expect(createLimiter({ clock, limits: { ...limits, requestsStart: 1e6 } }).cap()).toBe(limits.requestsMax);
});
