import type { Usage } from '../core/usage.ts';
import type { ModelFacts } from './model.ts';

/**
 * US dollars of one request. Undefined when the model has no price or the provider gave no figures: a cost that is not known is
 * not zero. Cached tokens are part of the input; without a price of their own they cost as much as other input.
 */
export function costOf(usage: Usage, { prices }: Pick<ModelFacts, 'prices'>): number | undefined {
  const { inputTokens, outputTokens } = usage;
  if (!prices || inputTokens === undefined || outputTokens === undefined) return undefined;
  const isLong = prices.long !== undefined && inputTokens > prices.long.aboveInputTokens;
  const { input, output, cacheRead = input, cacheWrite = input } = isLong && prices.long ? prices.long : prices;
  const read = usage.cacheReadTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const plain = Math.max(0, inputTokens - read - written);
  return (plain * input + read * cacheRead + written * cacheWrite + outputTokens * output) / 1_000_000;
}
