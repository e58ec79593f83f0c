import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Db, Query } from '../queries/query.ts';

/** A query as the database takes it. Called with the parameters, `bind` gives the values in the order of the `?`. */
export type Compiled<P> = { readonly sql: string; readonly bind: (params: P) => readonly unknown[] };

/** Stands for a parameter while a fixed query is built. */
class Marker {
  readonly name: PropertyKey;

  constructor(name: PropertyKey) {
    this.name = name;
  }
}

const markers = new Proxy({}, { get: (_, name) => new Marker(name) });

/** kysely writes the SQL and runs none of it: better-sqlite3 is synchronous, and a driver of promises would cost more than the statement. */
function createDb(): Db {
  return new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: db => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/** Fixed queries are compiled when first used, the others at each call. */
export function createCompiler(): <P, R>(query: Query<P, R>, params: P) => Compiled<P> {
  const db = createDb();
  const cache = new Map<unknown, Compiled<never>>();
  return <P, R>(query: Query<P, R>, params: P) => {
    if (query.kind === 'shaped') {
      const { sql, parameters } = query.build(db, params).compile();
      return { sql, bind: () => parameters };
    }
    // The cache holds under each query what was compiled from it, so the parameters are those of that query.
    const known = cache.get(query) as Compiled<P> | undefined;
    if (known !== undefined) return known;
    const compiled = compileFixed(db, query);
    cache.set(query, compiled);
    return compiled;
  };
}

function compileFixed<P, R>(db: Db, query: Query<P, R>): Compiled<P> {
  // A builder of a fixed query only passes its parameters on (see `Query`), so markers may stand for them.
  const { sql, parameters } = query.build(db, markers as P).compile();
  // As names and constants side by side: this runs for every statement.
  const names = parameters.map(value => (value instanceof Marker ? value.name : undefined));
  return {
    sql,
    bind: params =>
      names.map((name, i) => (name === undefined ? parameters[i] : (params as Record<PropertyKey, unknown>)[name])),
  };
}
