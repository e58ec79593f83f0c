import { expect, test } from 'vitest';
import { chooseModel } from '../../src/models/choose.ts';
import { providersFrom } from '../../src/models/provider-config.ts';
import { silent } from '../fakes/models.ts';

function choose(env: Record<string, string>, more: Partial<Parameters<typeof chooseModel>[0]> = {}) {
  return chooseModel({
    asked: undefined,
    providers: providersFrom(env, []),
    check: async handle => handle,
    probe: async () => {
      throw new Error('refused');
    },
    log: silent,
    ...more,
  });
}

test('what was asked for counts before any key', async () => {
  const asked = { handle: 'ollama/x', source: '--model' };

  expect(await choose({ ANTHROPIC_API_KEY: 'k' }, { asked })).toEqual({ handle: 'ollama/x', why: '--model' });
});

test('what was asked for and cannot be used is an error and nothing else is taken', async () => {
  const check = async () => {
    throw new Error('no key');
  };

  await expect(choose({}, { asked: { handle: 'openai/x', source: 'LEGWORK_MODEL' }, check })).rejects.toThrow('no key');
});

test('the first provider with a key counts, in the documented order', async () => {
  expect((await choose({ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' })).handle).toBe('anthropic/claude-sonnet-5-5');
  expect((await choose({ OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k' })).handle).toBe('openai/gpt-6.2-sol');
  expect((await choose({ OPENROUTER_API_KEY: 'k' })).handle).toBe('openrouter/anthropic/claude-sonnet-5.5');
});

test('a provider whose address is wrong is passed over', async () => {
  const env = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'nonsense', OPENAI_API_KEY: 'k' };

  expect((await choose(env)).handle).toBe('openai/gpt-6.2-sol');
});

test('without a key the first model of a local server that answers is taken, and no embedding', async () => {
  const probe = async ({ name }: { name: string }) => (name === 'lmstudio' ? ['nomic-embed-text', 'qwen3'] : []);

  expect(await choose({}, { probe })).toEqual({
    handle: 'lmstudio/qwen3',
    why: 'lmstudio answers at http://127.0.0.1:1234/v1',
  });
});

test('a server that was configured comes before those that are only looked for', async () => {
  const probe = async ({ name }: { name: string }) => [`${name}-model`];

  const choice = await choose({ OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:9' }, { probe });

  expect(choice.handle).toBe('openai-compatible/openai-compatible-model');
});

test('with nothing at all it is the demo, which says that it is a script', async () => {
  expect(await choose({})).toMatchObject({
    handle: 'playbook/demo',
    why: expect.stringContaining('a script and not a model'),
  });
});
