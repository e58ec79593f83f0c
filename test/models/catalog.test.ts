import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factsOf, matches, rulesFrom } from '../../src/models/catalog.ts';
import { costOf } from '../../src/models/cost.ts';

test('dated names are known by their family', () => {
  expect(factsOf('anthropic/claude-sonnet-4-5-20250929', [], false)).toMatchObject({
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    prices: { input: 3, output: 15 },
  });
  expect(factsOf('openrouter/anthropic/claude-sonnet-5.5', [], false).prices?.input).toBe(2);
});

test('an unknown model has a safe window and no price, so its cost is absent and not zero', () => {
  const facts = factsOf('acme/large', [], false);

  expect(facts).toEqual({ handle: 'acme/large', contextWindow: 128_000 });
  expect(costOf({ inputTokens: 5, outputTokens: 5 }, facts)).toBeUndefined();
});

test('the settings win, figure by figure', () => {
  const own = rulesFrom({ 'anthropic/claude-sonnet-5-5': { input: 1, output: 2 } });

  expect(factsOf('anthropic/claude-sonnet-5-5', own, false)).toMatchObject({
    contextWindow: 1_000_000,
    prices: { input: 1, output: 2 },
  });
});

test('a local model has no price unless the settings give one', () => {
  expect(factsOf('openai/gpt-6-sol', [], true).prices).toBeUndefined();
  expect(factsOf('openai/gpt-6-sol', rulesFrom({ 'openai/*': { input: 1, output: 1 } }), true).prices?.input).toBe(1);
});

test('a cost counts cached tokens at their own price and once', () => {
  const prices = { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 };
  const usage = { inputTokens: 1_000_000, outputTokens: 100_000, cacheReadTokens: 800_000, cacheWriteTokens: 100_000 };

  expect(costOf(usage, { prices })).toBeCloseTo(0.2 + 0.08 + 0.25 + 1, 10);
});

test('a long request costs what long requests cost, all of it', () => {
  const { prices } = factsOf('anthropic/claude-haiku-5-5', [], false);

  expect(costOf({ inputTokens: 100_000, outputTokens: 0 }, { prices })).toBeCloseTo(0.01, 10);
  expect(costOf({ inputTokens: 100_001, outputTokens: 0 }, { prices })).toBeCloseTo(0.05, 5);
});

test('missing usage leaves the cost missing', () => {
  expect(costOf({ outputTokens: 5 }, { prices: { input: 1, output: 1 } })).toBeUndefined();
});

test('a pattern matches what it was made from, and needs its fixed parts', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.array(piece, { minLength: 3, maxLength: 3 }),
      (fixed, fill) => {
        const handle = fixed
          .map((text, index) => text + (index < fixed.length - 1 ? (fill[index] ?? '') : ''))
          .join('');
        expect(matches(fixed.join('*'), handle)).toBe(true);
        expect(matches(`${fixed.join('*')}!`, handle)).toBe(false);
      },
    ),
  );
});
