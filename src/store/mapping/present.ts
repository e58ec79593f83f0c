type Present<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>;
};

/** The same members without those that are null: columns say null, the program says absent. */
export function present<T extends object>(members: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(members)) if (value !== null) kept[key] = value;
  return kept as Present<T>; // TypeScript cannot follow a filter over keys; the loop above is the proof.
}
