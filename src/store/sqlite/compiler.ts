import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { BuiltQuery, Db } from '../queries/query.ts';
import type { QueryText, ValueSource } from '../queries/text.ts';

/** Stands for a parameter while a text is built. */
class Marker {
  readonly source: ValueSource;

  constructor(source: ValueSource) {
    this.source = source;
  }
}

const markers = new Proxy({}, { get: (_, name) => new Marker(String(name)) });

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

export type Compile = <P, R>(query: BuiltQuery<P, R>, params: P) => QueryText;

/** Writes the text of a query. That of a `fixed` or `formed` one serves for all parameters of that form. */
export function createCompiler(): Compile {
  const db = createDb();
  return <P, R>(query: BuiltQuery<P, R>, params: P) => {
    const { sql, parameters } = query.build(db, standIns(query, params)).compile();
    const values = parameters.map(value => (value instanceof Marker ? value.source : { value }));
    return { sql, values };
  };
}

/** A builder only passes its parameters on (see `fixed` and `formed`), so markers may stand for them. */
function standIns<P, R>(query: BuiltQuery<P, R>, params: P): P {
  if (query.kind === 'shaped') return params;
  if (query.kind === 'fixed') return markers as P;
  const spelt: readonly string[] = query.forms.spelt;
  const pairs = Object.entries(Object(params)).map(([name, value]) => {
    if (value === undefined || spelt.includes(name)) return [name, value];
    return [name, Array.isArray(value) ? value.map((_, index) => new Marker([name, index])) : new Marker(name)];
  });
  return Object.fromEntries(pairs);
}
