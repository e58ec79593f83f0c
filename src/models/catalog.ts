import { limits } from '../core/limits.ts';
import { catalogTable } from './catalog-table.ts';
import type { ModelFacts, ModelHandle } from './model.ts';

/** What is known of some models. `match` is a handle in which `*` stands for any characters. */
export type CatalogRule = {
  readonly match: string;
  /** Tokens. */
  readonly contextWindow?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly prices?: ModelFacts['prices'];
};

/** As it stands in the settings: US dollars per million tokens, by handle. */
export type PriceSettings = Readonly<
  Record<
    string,
    {
      readonly input: number;
      readonly output: number;
      readonly cache_read?: number | undefined;
      readonly cache_write?: number | undefined;
      readonly context_window?: number | undefined;
    }
  >
>;

export function rulesFrom(settings: PriceSettings): CatalogRule[] {
  return Object.entries(settings).map(([match, set]) => ({
    match,
    contextWindow: set.context_window,
    prices: { input: set.input, output: set.output, cacheRead: set.cache_read, cacheWrite: set.cache_write },
  }));
}

/**
 * What is known of a model: figure by figure from the first rule that has it, the user's before the table's. A model that nobody
 * knows has a window of 128,000 tokens and no price, and a local one has no price whatever it is called.
 */
export function factsOf(handle: ModelHandle, own: readonly CatalogRule[], isLocal: boolean): ModelFacts {
  const ours = own.filter(rule => matches(rule.match, handle));
  const known = catalogTable.filter(rule => matches(rule.match, handle));
  const rules = [...ours, ...known];
  const maxOutputTokens = rules.find(rule => rule.maxOutputTokens !== undefined)?.maxOutputTokens;
  const priced = (isLocal ? ours : rules).find(rule => rule.prices !== undefined)?.prices;
  return {
    handle,
    contextWindow: rules.find(rule => rule.contextWindow !== undefined)?.contextWindow ?? limits.contextWindowUnknown,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(priced === undefined ? {} : { prices: priced }),
  };
}

/** Names of the table that belong to a provider, for endpoints that have no list of their own. */
export function catalogModels(provider: string): string[] {
  const prefix = `${provider}/`;
  const names = catalogTable.map(rule => rule.match).filter(match => match.startsWith(prefix));
  return names.map(match => match.slice(prefix.length).replace(/\*$/, '')).filter(name => !name.includes('*'));
}

/** Whether a handle fits a pattern in which `*` stands for any characters; runs in the time of their lengths' product at most. */
export function matches(pattern: string, handle: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === handle;
  const tail = rest.pop() ?? '';
  if (!handle.startsWith(head) || handle.length < head.length + tail.length || !handle.endsWith(tail)) return false;
  let from = head.length;
  for (const piece of rest) {
    const found = handle.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from + tail.length <= handle.length;
}
