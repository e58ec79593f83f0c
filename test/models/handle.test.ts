import { expect, test } from 'vitest';
import { parseHandle, providerOf } from '../../src/models/handle.ts';

test('a model may hold slashes and colons', () => {
  expect(parseHandle('openrouter/meta/llama-4:free')).toEqual({ provider: 'openrouter', model: 'meta/llama-4:free' });
  expect(parseHandle('ollama/qwen3:8b')).toEqual({ provider: 'ollama', model: 'qwen3:8b' });
  expect(providerOf('ollama/qwen3:8b')).toBe('ollama');
});

for (const [bare, meant] of [
  ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5'],
  ['gpt-6.2-sol', 'openai/gpt-6.2-sol'],
  ['gemini-4-argon', 'google/gemini-4-argon'],
  ['qwen3:8b', 'ollama/qwen3:8b'],
] as const) {
  test(`"${bare}" is told to be "${meant}"`, () => {
    expect(() => parseHandle(bare)).toThrow(`did you mean "${meant}"?`);
  });
}

for (const bad of ['', '/', 'x/', '/x', 'An thropic/x', 'anthropic/a b', 'anthropic/a\u0000b', `${'x'.repeat(5000)}`]) {
  test(`"${bad.slice(0, 20)}" is refused with the form of a handle`, () => {
    expect(() => parseHandle(bad)).toThrow('write <provider>/<model>');
  });
}
