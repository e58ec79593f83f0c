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

/** Runs for every statement: a loop without a closure, and no look at how a value is found before it is needed. */
export function valuesOf({ values }: QueryText, params: unknown): readonly unknown[] {
  const from = params as Readonly<Record<string, unknown>>; // Names of sources are those of parameters.
  const bound: unknown[] = [];
  for (const source of values) bound.push(typeof source === 'string' ? from[source] : memberOf(source, from));
  return bound;
}

function memberOf(source: Exclude<ValueSource, string>, from: Readonly<Record<string, unknown>>): unknown {
  if ('value' in source) return source.value;
  const [name, index] = source;
  return Reflect.get(Object(from[name]), index);
}
