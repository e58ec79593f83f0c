import { afterEach, expect, test } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { listModels } from '../../src/models/list.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { testModel } from '../../src/models/test-model.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { startModelServer } from '../fakes/model-server/server.ts';
import { modelsAt, never, protocols, until } from '../fakes/models.ts';
import { type RawServer, startRawServer } from '../fakes/raw-server.ts';

let server: { stop(): Promise<void> } | undefined;
afterEach(() => server?.stop());

function provider(url: string, protocol: (typeof protocols)[number], models: string[] = []) {
  const [found] = providersFrom({ K: 'key-1234' }, [
    { name: 'own', protocol, base_url: url, api_key_env: 'K', models },
  ]).slice(-1);
  if (!found) throw new Error('no provider');
  return found;
}

async function serving(status: number, body: unknown): Promise<RawServer> {
  const raw = await startRawServer(response => response.writeHead(status).end(JSON.stringify(body)));
  server = raw;
  return raw;
}

for (const protocol of protocols) {
  test(`${protocol}: the endpoint's own list is shown, asked with the key`, async () => {
    const body =
      protocol === 'google'
        ? {
            models: [
              { name: 'models/a', supportedGenerationMethods: ['generateContent'] },
              { name: 'models/e', supportedGenerationMethods: ['embedContent'] },
            ],
          }
        : { data: [{ id: 'a' }] };
    const { url, requests } = await serving(200, body);

    const list = await listModels(provider(url, protocol), { clock: systemClock });

    expect(list).toEqual({ models: ['a'], source: 'endpoint' });
    expect(JSON.stringify(requests[0]?.headers)).toContain('key-1234');
  });
}

test('an endpoint without a list leaves what the settings know', async () => {
  const { url } = await serving(404, {});

  const list = await listModels(provider(url, 'openai-chat', ['mine']), { clock: systemClock });

  expect(list).toEqual({ models: ['mine'], source: 'known' });
});

test('a refused key is an error that names the variable', async () => {
  const { url } = await serving(401, { error: { message: 'bad key key-1234' } });

  const listing = listModels(provider(url, 'openai-chat', ['mine']), { clock: systemClock });

  await expect(listing).rejects.toThrow(/Check the key in K/);
  await expect(listing).rejects.not.toThrow(/key-1234/);
});

test('a server that accepts and is silent ends after the time for lists', async () => {
  const clock = createFakeClock();
  const raw = await startRawServer(() => {});
  server = raw;
  const listing = listModels(provider(raw.url, 'openai-chat'), { clock });
  const outcome = expect(listing).rejects.toThrow('did not answer within 15 s');
  await until(() => raw.requests.length === 1);

  await clock.advance(limits.modelListMs);

  await outcome;
});

test('a test of a model reports its time and usage', async () => {
  const scripted = await startModelServer({ playbook: 'name: t\nreplies: []\ndefault: { say: ready }\n' });
  server = scripted;

  const outcome = await testModel(modelsAt(scripted.url), 'anthropic/m', systemClock, never);

  expect(outcome).toMatchObject({ kind: 'answered', text: 'ready', usage: { inputTokens: expect.any(Number) } });
});

test('a test of a model reports the first failure without waiting for repetitions', async () => {
  const { url, requests } = await serving(500, { error: { message: 'broken' } });

  const outcome = await testModel(modelsAt(url), 'openai-chat/m', systemClock, never);

  expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('failed with 500: broken') });
  expect(requests).toHaveLength(1);
});
