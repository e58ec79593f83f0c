import { totalTokens, type Usage } from '../core/usage.ts';
import { amount } from './call-line.ts';

/** `1.2s`, `41s`, `1m02s`, `2h05m`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

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
