/** A statement and where the values of its `?` come from, in their order. Plain data: a build can write it down. */
export type QueryText = { readonly sql: string; readonly values: readonly ValueSource[] };

/** A parameter by its name, a member of one that is a list, or a value that is always the same. */
export type ValueSource = string | readonly [name: string, index: number] | { readonly value: unknown };

/** What tells the texts of one query apart: the parameters that are given, the lengths of lists, and the values of those that stand in the text. */
export function formOf(params: unknown, spelt: readonly string[]): string {
  return Object.entries(Object(params))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (spelt.includes(name)) return `${name}=${JSON.stringify(value)}`;
      return Array.isArray(value) ? `${name}[${value.length}]` : name;
    })
    .sort()
    .join();
}

export function valuesOf({ values }: QueryText, params: unknown): readonly unknown[] {
  const from = Object(params);
  return values.map(source => {
    if (typeof source === 'string') return Reflect.get(from, source);
    return 'value' in source ? source.value : Reflect.get(from, source[0])[source[1]];
  });
}
