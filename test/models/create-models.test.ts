import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../src/core/error.ts';
import type { ExtraProvider } from '../../src/models/create-models.ts';
import type { ModelEvent } from '../../src/models/model.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { answerOf, ask, collect, collectPassing, failureOf, modelsAt, never, protocols } from '../fakes/models.ts';
import { chatStream, eventStream, type RawServer, startRawServer } from '../fakes/raw-server.ts';

let server: RawServer | undefined;
afterEach(() => server?.stop());

const answer = { text: 'done', calls: [], stop: 'end', usage: {} } as const;

function script(events: ModelEvent[][], problem?: string): ExtraProvider {
  let number = 0;
  return {
    model: {
      async *stream() {
        number += 1;
        yield* events[number - 1] ?? [];
      },
    },
    check(name) {
      if (name !== 'demo') throw new AppError('not-found', `no playbook ${name}`);
      return 'playbook/demo';
    },
    async ready() {
      if (problem !== undefined) throw new AppError('bad-input', problem);
    },
    facts: handle => ({ handle, contextWindow: 1234 }),
  };
}

const failed = (kind: 'network' | 'bad-request'): ModelEvent => ({
  type: 'failed',
  failure: { kind, message: 'no', partialText: '' },
});

test('a provider of the caller is checked, known and asked by its handle, and retried like any other', async () => {
  const clock = createFakeClock();
  const extra = {
    playbook: script([[{ type: 'text', delta: 'do' }, failed('network')], [{ type: 'answered', answer }]]),
  };
  const models = modelsAt('http://127.0.0.1:9', { clock, extra });

  const events = await collectPassing(models.stream(ask('hi', { model: 'playbook/demo' }), never), clock);

  expect(events.map(event => event.type)).toEqual(['text', 'retrying', 'answered']);
  expect(models.facts('playbook/demo').contextWindow).toBe(1234);
  await expect(models.check('playbook/demo')).resolves.toBe('playbook/demo');
  await expect(models.check('playbook/other')).rejects.toThrow('no playbook other');
});

test('a provider of the caller that is broken is said when it is checked', async () => {
  const models = modelsAt('http://127.0.0.1:9', { extra: { playbook: script([], 'demo.yaml:3: no such key') } });

  await expect(models.check('playbook/demo')).rejects.toThrow('demo.yaml:3: no such key');
});

test('a handle that cannot be used is a failure and not a throw', async () => {
  const events = await collect(modelsAt('http://127.0.0.1:9').stream(ask('hi', { model: 'nobody/x' }), never));

  expect(failureOf(events)).toMatchObject({
    kind: 'bad-request',
    message: expect.stringContaining('unknown provider "nobody"'),
  });
});

for (const protocol of protocols) {
  test(`${protocol}: the key is sent in the protocol's own header and nowhere else`, async () => {
    server = await startRawServer(response => response.writeHead(400).end('{}'));

    await collect(modelsAt(server.url, { key: 'sk-secret-1' }).stream(ask('hi', { model: `${protocol}/m` }), never));

    const [request] = server.requests;
    const header = { anthropic: 'x-api-key', google: 'x-goog-api-key' }[protocol as string] ?? 'authorization';
    expect(request?.headers[header]).toMatch(/^(Bearer )?sk-secret-1$/);
    expect(`${request?.path} ${request?.body}`).not.toContain('sk-secret-1');
  });
}

test('the cost of an answer comes from the settings, and a local model without a price has none', async () => {
  server = await startRawServer(response =>
    response
      .writeHead(200, eventStream)
      .end(
        chatStream('x').replace(
          'data: [DONE]',
          'data: {"choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":0}}\n\ndata: [DONE]',
        ),
      ),
  );
  const priced = modelsAt(server.url, { prices: { 'openai-chat/*': { input: 3, output: 1 } } });

  const costs = [];
  for (const models of [priced, modelsAt(server.url)]) {
    costs.push(answerOf(await collect(models.stream(ask('hi'), never))).usage.costUsd);
  }

  expect(costs).toEqual([3, undefined]);
});

test('the most requests of a model can be set by pattern', () => {
  const models = modelsAt('http://127.0.0.1:9', { requestsPerModel: { 'openai-chat/*': 3 } });

  expect([models.cap('openai-chat/m'), models.cap('anthropic/m')]).toEqual([3, 32]);
});

test('tool call input that is no object, or a call without a name, never runs', async () => {
  for (const call of [
    { name: 'Read', arguments: '[1]' },
    { name: 'Read', arguments: '"x"' },
    { name: '', arguments: '{}' },
  ]) {
    server = await startRawServer(response => {
      const delta = { tool_calls: [{ index: 0, id: 'a', function: call }] };
      const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
      response.writeHead(200, eventStream).end(chunk + chatStream('', 'tool_calls'));
    });

    const events = await collect(modelsAt(server.url, { limits: { modelRetries: 0 } }).stream(ask('hi'), never));

    expect(failureOf(events).kind).toBe('protocol');
    await server.stop();
  }
});

test('a call that was cut by the output limit is left out, and the answer says why it ended', async () => {
  server = await startRawServer(response => {
    const delta = { tool_calls: [{ index: 0, id: 'a', function: { name: 'Write', arguments: '{"path":"a","te' } }] };
    const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    response.writeHead(200, eventStream).end(chunk + chatStream('so far', 'length'));
  });

  const cut = answerOf(await collect(modelsAt(server.url).stream(ask('hi'), never)));

  expect(cut).toMatchObject({ text: 'so far', calls: [], stop: 'length' });
});

test('a refusal is an answer that says so', async () => {
  server = await startRawServer(response =>
    response.writeHead(200, eventStream).end(chatStream('I cannot', 'content_filter')),
  );

  expect(answerOf(await collect(modelsAt(server.url).stream(ask('hi'), never)))).toMatchObject({
    text: 'I cannot',
    stop: 'refused',
  });
});
