/** The same value with lone surrogates replaced in every string and key: providers refuse a request that holds one. */
export function wellFormed<T>(value: T): T {
  // The shape is kept, so the type is too; TypeScript cannot follow the recursion.
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), clean(member)]));
}
