import { duration } from '../core/duration.ts';
import { amount } from '../core/text.ts';
import { totalTokens, type Usage } from '../core/usage.ts';

/** `940 tokens`, `12.1k tokens`. */
function tokens(count: number): string {
  return count < 1_000 ? amount(count, 'token', 'tokens') : `${(count / 1_000).toFixed(1)}k tokens`;
}

/** What a task took: `3 tool uses · 12.1k tokens · $0.08 · 41s`; what is not known is left out. */
export function figures(ended: { usage: Usage; toolUses: number; durationMs?: number | undefined }): string {
  const total = totalTokens(ended.usage);
  const cost = ended.usage.costUsd;
  return [
    amount(ended.toolUses, 'tool use', 'tool uses'),
    ...(total === undefined ? [] : [tokens(total)]),
    ...(cost === undefined ? [] : [`$${cost.toFixed(cost < 0.1 ? 4 : 2)}`]),
    ...(ended.durationMs === undefined ? [] : [duration(ended.durationMs)]),
  ].join(' · ');
}
