import { expect, test } from 'vitest';
import { createModels } from '../../src/models/create-models.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { middle, silent } from '../fakes/models.ts';

const one = (name: string, env: Record<string, string>) =>
  providersFrom(env, []).find(provider => provider.name === name);

for (const [set, base] of [
  ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
  ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
  ['http://localhost:8080', 'http://localhost:8080/v1'],
  ['http://localhost:8080/', 'http://localhost:8080/v1'],
  ['http://localhost:8080/api/v3//', 'http://localhost:8080/api/v3'],
  ['http://localhost:8080/v1/chat/completions', 'http://localhost:8080/v1'],
  [' http://localhost:8080/v1/responses ', 'http://localhost:8080/v1'],
] as const) {
  test(`OPENAI_BASE_URL=${set} means ${base}`, () => {
    expect(one('openai', { OPENAI_BASE_URL: set })).toMatchObject({ baseUrl: base });
  });
}

for (const [set, base] of [
  ['https://api.anthropic.com', 'https://api.anthropic.com/v1'],
  ['https://proxy.example/anthropic', 'https://proxy.example/anthropic/v1'],
  ['https://proxy.example/anthropic/v1/messages', 'https://proxy.example/anthropic/v1'],
] as const) {
  test(`ANTHROPIC_BASE_URL=${set} means ${base}`, () => {
    expect(one('anthropic', { ANTHROPIC_BASE_URL: set })?.baseUrl).toBe(base);
  });
}

for (const [set, base] of [
  ['0.0.0.0', 'http://127.0.0.1:11434/v1'],
  ['127.0.0.1:9999', 'http://127.0.0.1:9999/v1'],
  [':9999', 'http://127.0.0.1:9999/v1'],
  ['http://gpu.lan:11434/', 'http://gpu.lan:11434/v1'],
] as const) {
  test(`OLLAMA_HOST=${set} means ${base}`, () => {
    expect(one('ollama', { OLLAMA_HOST: set })?.baseUrl).toBe(base);
  });
}

for (const bad of ['localhost:8080', 'ftp://x', 'not a url', 'http://user:pass@host/v1', 'http://host/v1?x=1']) {
  test(`OPENAI_BASE_URL=${bad} is a problem of this provider only, said without secrets`, () => {
    const problem = one('openai', { OPENAI_BASE_URL: bad })?.problem;

    expect(problem).toMatch(/^OPENAI_BASE_URL must .*; write it like http:/);
    expect(problem).not.toContain('pass@');
    expect(one('anthropic', { OPENAI_BASE_URL: bad })?.problem).toBeUndefined();
  });
}

test('the first of several key variables that is not empty counts', () => {
  expect(one('google', { GOOGLE_GENERATIVE_AI_API_KEY: ' ', GEMINI_API_KEY: 'k' })?.key).toBe('k');
});

test('a provider of the settings replaces the built-in one of its name', () => {
  const custom = [
    { name: 'openai', protocol: 'openai-chat', base_url: 'http://127.0.0.1:9/', api_key_env: 'K' },
  ] as const;

  const providers = providersFrom({ K: 'key' }, custom);

  expect(providers.filter(provider => provider.name === 'openai')).toMatchObject([
    { protocol: 'openai-chat', baseUrl: 'http://127.0.0.1:9/v1', key: 'key', isLocal: true },
  ]);
});

const models = (env: Record<string, string> = {}) =>
  createModels({ providers: providersFrom(env, []), clock: systemClock, random: middle, log: silent });

test('a handle without a key names the variable to set', async () => {
  await expect(models().check('anthropic/claude-sonnet-5-5')).rejects.toThrow('set ANTHROPIC_API_KEY');
  expect(await models({ ANTHROPIC_API_KEY: 'k' }).check('anthropic/claude-sonnet-5-5')).toBe(
    'anthropic/claude-sonnet-5-5',
  );
});

test('an unknown provider is answered with the nearest', async () => {
  await expect(models().check('antropic/claude')).rejects.toThrow('did you mean "anthropic/claude"?');
  await expect(models().check('zzz/x')).rejects.toThrow('there are anthropic, openai, google');
});

test('openai-compatible without an address says which variable to set', async () => {
  await expect(models().check('openai-compatible/x')).rejects.toThrow('set OPENAI_COMPATIBLE_BASE_URL');
});
