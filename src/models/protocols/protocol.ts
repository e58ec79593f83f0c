import type { Usage } from '../../core/usage.ts';

/** An error that a provider reports inside a stream that began well. */
type StreamError = { readonly type: string; readonly message: string; readonly status?: number | undefined };

/**
 * What one event of the stream means to whoever guards it.
 * - `content`: the answer goes on; the only kind that proves the model is at work.
 * - `quiet`: belongs to the answer but carries nothing of it.
 * - `stop`: says why the answer ends; only usage may follow.
 * - `last`: nothing that follows counts.
 * - `error`: the provider gave up.
 * - `unknown`: not for us.
 */
export type Reading =
  | { readonly kind: 'content' | 'quiet' | 'stop' | 'last'; readonly usage?: Usage | undefined }
  | { readonly kind: 'error'; readonly error: StreamError }
  | { readonly kind: 'unknown' };

/** A wire protocol, as far as the guard of its streams must know it. */
export interface ProtocolRules {
  /** Whole data of an event that is not JSON and ends the stream. */
  readonly endMark?: string;
  /** Whether the stream is whole only with an event of kind `last`; otherwise `stop` is enough. */
  readonly needsLast: boolean;
  read(event: string | undefined, data: unknown): Reading;
}

/** A member of something that may or may not be an object. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** A member that is a number a count of tokens can be. */
export function count(value: unknown, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function itemsAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = member(value, ...path);
  return Array.isArray(found) ? found : [];
}

type Figures = { readonly [K in keyof Usage]: number | undefined };

/** Only the figures that were given. */
export function usageOf(figures: Figures): Usage | undefined {
  const given = Object.entries(figures).filter(([, figure]) => figure !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The sum of figures of which the first must be there. */
export function sum(first: number | undefined, ...more: readonly (number | undefined)[]): number | undefined {
  return first === undefined ? undefined : more.reduce<number>((total, figure) => total + (figure ?? 0), first);
}
