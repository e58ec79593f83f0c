import type { Compilable, Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { QueryText } from './text.ts';

export type Db = Kysely<Schema>;

type Build<P, R> = (db: Db, p: P) => Compilable<R>;

/** A query as the sources say it. */
export type BuiltQuery<P, R> =
  | { readonly kind: 'fixed'; readonly build: Build<P, R> }
  | { readonly kind: 'shaped'; readonly build: Build<P, R> }
  | { readonly kind: 'formed'; readonly build: Build<P, R>; readonly forms: Forms<P> };

/** A query of the built program: the texts that nearly every run needs were written by the build, so that kysely is loaded only for the others. */
type WrittenQuery<P, R> = {
  readonly kind: 'written';
  readonly texts: Readonly<Record<string, QueryText>>;
  /** As in `Forms`; absent when the text is always the same, or never. */
  readonly spelt?: readonly string[];
  readonly source: () => BuiltQuery<P, R>;
};

export type Query<P, R> = BuiltQuery<P, R> | WrittenQuery<P, R>;

type Forms<P> = {
  /** Parameters whose values stand in the text. */
  readonly spelt: readonly (keyof P & string)[];
  /** One example of each form that a run with one question and one answer uses. */
  readonly usual: readonly P[];
};

/**
 * One statement. Parameters are column values, ready to bind. The text of a `fixed` query is the same whatever its parameters, so it is
 * built once, with markers in their place: its builder only passes `p.name` on and never looks at it.
 */
export function fixed<P, R>(build: Build<P, R>): BuiltQuery<P, R> {
  return { kind: 'fixed', build };
}

/**
 * The text depends only on which parameters are given, on how long their lists are, and on the values of those that are `spelt`: it is built once
 * for each such form. The builder looks at nothing else.
 */
export function formed<P, R>(forms: Forms<P>, build: Build<P, R>): BuiltQuery<P, R> {
  return { kind: 'formed', build, forms };
}

/** Built at each call (measured: 4 µs for a simple one). */
export function shaped<P, R>(build: Build<P, R>): BuiltQuery<P, R> {
  return { kind: 'shaped', build };
}

/** Runs queries on one connection of a database. Rejects with `AppError` for what was foreseen (see each adapter). */
export interface Runner {
  all<P, R>(query: Query<P, R>, params: P): Promise<R[]>;
  /** Returns how many rows were changed. */
  run<P>(query: Query<P, unknown>, params: P): Promise<number>;
}

export async function first<P, R>(runner: Runner, query: Query<P, R>, params: P): Promise<R | undefined> {
  const [row] = await runner.all(query, params);
  return row;
}
