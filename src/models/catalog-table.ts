import type { CatalogRule } from './catalog.ts';

const million = 1_000_000;
/** OpenAI's price of a request with more than 272,000 input tokens: input twice, output one and a half times. */
const longOpenAi = (input: number, output: number, cacheRead: number) => ({
  aboveInputTokens: 272_000,
  input: 2 * input,
  output: 1.5 * output,
  cacheRead: 2 * cacheRead,
  cacheWrite: 2.5 * input,
});

/**
 * Windows, output limits and list prices of the well-known models, as of 21 November 2026. The first rule that matches counts, so
 * dated names are caught by the `*`. Models that are not here have no price, and the settings can add them.
 * Sources: platform.claude.com/docs/en/models (each model's overview); developers.openai.com/api/docs/pricing by way of
 * docs.litellm.ai/blog and its release notes; ai.google.dev/gemini-api/docs/pricing (read 7 October 2026). Introductory prices that
 * end within weeks are left out: Gemini 4 as of 1 December 2026, Gemini 3.6 to 3.8 Flash as of 1 January 2027, so that a budget
 * never lets through more than it says. Where a cache price is not published it is left out, and counts as plain input.
 */
export const catalogTable: readonly CatalogRule[] = [
  ...anthropic('claude-fable-5-1*', million, 128_000, 10, 50, 1),
  ...anthropic('claude-opus-5-5*', million, 128_000, 4, 20, 0.2),
  ...anthropic('claude-opus-5*', million, 128_000, 5, 25, 0.5),
  ...anthropic('claude-sonnet-5-5*', million, 128_000, 2, 10, 0.1),
  ...anthropic('claude-sonnet-5*', million, 128_000, 2, 10, 0.2),
  {
    match: 'anthropic/claude-haiku-5-5*',
    contextWindow: million,
    maxOutputTokens: 128_000,
    prices: {
      input: 0.1,
      output: 0.5,
      cacheRead: 0.01,
      cacheWrite: 0.125,
      long: { aboveInputTokens: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
    },
  },
  ...anthropic('claude-opus-4-7*', million, 128_000, 5, 25, 0.5),
  ...anthropic('claude-opus-4-6*', million, 128_000, 5, 25, 0.5),
  ...anthropic('claude-opus-4-5*', 200_000, 64_000, 5, 25, 0.5),
  ...anthropic('claude-sonnet-4-6*', million, 64_000, 3, 15, 0.3),
  ...anthropic('claude-sonnet-4-5*', 200_000, 64_000, 3, 15, 0.3),
  ...anthropic('claude-haiku-4-5*', 200_000, 64_000, 1, 5, 0.1),
  { match: 'anthropic/*', contextWindow: 200_000, maxOutputTokens: 32_000 },

  openai('gpt-6.2-astra*', 8, 40, 0.4),
  openai('gpt-6.2-sol*', 2, 10),
  openai('gpt-6.1-sol*', 2, 10, 0.1),
  openai('gpt-6.1-terra*', 1, 5, 0.05),
  openai('gpt-6-astra*', 10, 50, 1),
  openai('gpt-6-sol*', 2, 10, 0.2),
  openai('gpt-6-luna*', 0.1, 0.5, 0.01),
  { match: 'openai/gpt-6*', contextWindow: 1_050_000, maxOutputTokens: 128_000 },
  { match: 'openai/gpt-5*', contextWindow: 272_000, maxOutputTokens: 128_000 },

  google('gemini-4-argon*', { input: 4, output: 20, cacheRead: 0.2 }),
  google('gemini-4-carbon*', { input: 4, output: 20, cacheRead: 0.2 }),
  google('gemini-3.8-flash', { input: 1.5, output: 7.5 }),
  google('gemini-3.5-flash', { input: 1.5, output: 9, cacheRead: 0.15 }),
  google('gemini-3.5-flash-lite*', { input: 0.3, output: 2.5 }),
  google('gemini-3.1-pro-preview*', {
    input: 2,
    output: 12,
    long: { aboveInputTokens: 200_000, input: 4, output: 18 },
  }),
  { match: 'google/gemini-*', contextWindow: 1_048_576, maxOutputTokens: 65_536 },
];

/** Writing to the cache for five minutes costs a quarter more than input. The same models are to be had at OpenRouter, where a dot stands in versions. */
function anthropic(
  name: string,
  contextWindow: number,
  maxOutputTokens: number,
  input: number,
  output: number,
  cacheRead: number,
): CatalogRule[] {
  const facts = { contextWindow, maxOutputTokens, prices: { input, output, cacheRead, cacheWrite: 1.25 * input } };
  return [
    { match: `anthropic/${name}`, ...facts },
    { match: `openrouter/anthropic/${name.replace(/(\d)-(\d)/, '$1.$2')}`, ...facts },
  ];
}

function openai(name: string, input: number, output: number, cacheRead?: number): CatalogRule {
  return {
    match: `openai/${name}`,
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    prices: { input, output, cacheRead, cacheWrite: 1.25 * input, long: longOpenAi(input, output, cacheRead ?? input) },
  };
}

function google(name: string, prices: NonNullable<CatalogRule['prices']>): CatalogRule {
  return { match: `google/${name}`, contextWindow: 1_048_576, maxOutputTokens: 65_536, prices };
}
