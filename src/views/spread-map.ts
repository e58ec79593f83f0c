/** An immutable map of which a copy with one value changed costs about the same, however many there are: it is spread over small ones. */
export type SpreadMap<K extends string, V> = { readonly parts: readonly ReadonlyMap<K, V>[]; readonly size: number };

const partCount = 256;

export function emptySpread<K extends string, V>(): SpreadMap<K, V> {
  const none: ReadonlyMap<K, V> = new Map();
  return { parts: Array.from({ length: partCount }, () => none), size: 0 };
}

export function valueIn<K extends string, V>(map: SpreadMap<K, V>, key: K): V | undefined {
  return map.parts[partOf(key)]?.get(key);
}

export function withValue<K extends string, V>(map: SpreadMap<K, V>, key: K, value: V): SpreadMap<K, V> {
  const at = partOf(key);
  const before = map.parts[at] ?? new Map();
  const size = before.has(key) ? map.size : map.size + 1;
  return { parts: map.parts.with(at, new Map(before).set(key, value)), size };
}

export function withoutValue<K extends string, V>(map: SpreadMap<K, V>, key: K): SpreadMap<K, V> {
  const at = partOf(key);
  const part = new Map(map.parts[at]);
  return part.delete(key) ? { parts: map.parts.with(at, part), size: map.size - 1 } : map;
}

export function* valuesIn<K extends string, V>(map: SpreadMap<K, V>): Generator<V> {
  for (const part of map.parts) yield* part.values();
}

/** Ids differ in their last characters. */
function partOf(key: string): number {
  let sum = 0;
  for (let at = Math.max(0, key.length - 4); at < key.length; at += 1) sum = (sum * 31 + key.charCodeAt(at)) % 65_521;
  return sum % partCount;
}
