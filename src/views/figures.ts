import { duration } from '../core/duration.ts';
import { amount } from '../core/text.ts';
import { totalTokens, type Usage } from '../core/usage.ts';

export type Figures = {
  readonly usage: Usage;
  readonly toolUses: number;
  readonly durationMs?: number | undefined;
};
export type FigureKind = 'tools' | 'tokens' | 'cost' | 'time';

/** `940 tokens`, `12.1k tokens`. */
export function tokens(count: number): string {
  return count < 1_000 ? amount(count, 'token', 'tokens') : `${(count / 1_000).toFixed(1)}k tokens`;
}

/** `940`, `12.1k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [unit, sign] = count < 1_000_000 ? [1_000, 'k'] : [1_000_000, 'M'];
  return `${(count / unit).toFixed(1).replace(/\.0$/, '')}${sign}`;
}

/** `$0.0012`, `$1.20`. */
export function money(usd: number): string {
  return `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}

/** What a task took, figure by figure; what is not known is left out. */
export function figureList({ usage, toolUses, durationMs }: Figures): { kind: FigureKind; text: string }[] {
  const total = totalTokens(usage);
  const cost = usage.costUsd;
  return [
    { kind: 'tools', text: amount(toolUses, 'tool use', 'tool uses') },
    ...(total === undefined ? [] : [{ kind: 'tokens', text: tokens(total) } as const]),
    ...(cost === undefined ? [] : [{ kind: 'cost', text: money(cost) } as const]),
    ...(durationMs === undefined ? [] : [{ kind: 'time', text: duration(durationMs) } as const]),
  ];
}

/** `3 tool uses · 12.1k tokens · $0.08 · 41s`. */
export function figures(ended: Figures): string {
  return figureList(ended)
    .map(({ text }) => text)
    .join(' · ');
}
