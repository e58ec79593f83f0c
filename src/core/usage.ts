import * as z from 'zod';
import { lazy } from './lazy.ts';

/** Tokens of model requests and what they cost. A figure that the provider did not give is absent, never zero. */
export const usageSchema = lazy(() =>
  z.object({
    /** All input tokens, those read from or written to a cache included. */
    inputTokens: z.number().optional(),
    outputTokens: z.number().optional(),
    cacheReadTokens: z.number().optional(),
    cacheWriteTokens: z.number().optional(),
    /** US dollars by the catalogue's prices; absent when the model has none there. */
    costUsd: z.number().optional(),
  }),
);
export type Usage = z.infer<ReturnType<typeof usageSchema>>;

const figures = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'costUsd'] as const;

/** The sum, figure by figure; a figure that both lack stays absent. */
export function addUsage(a: Usage, b: Usage): Usage {
  const sum: Usage = {};
  for (const figure of figures) {
    if (a[figure] === undefined && b[figure] === undefined) continue;
    sum[figure] = (a[figure] ?? 0) + (b[figure] ?? 0);
  }
  return sum;
}

/** Input and output together; undefined when neither is known. */
export function totalTokens(usage: Usage): number | undefined {
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return undefined;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}
