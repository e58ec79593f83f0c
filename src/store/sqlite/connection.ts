import type Database from 'better-sqlite3';
import { limits } from '../../core/limits.ts';
import type { Query } from '../queries/query.ts';
import { valuesOf } from '../queries/text.ts';
import type { Texts } from './texts.ts';

/** One connection, synchronous as SQLite is. Throws SQLite's own errors; those who wait for other processes need to see them. */
export interface Connection {
  all<P, R>(query: Query<P, R>, params: P): R[];
  /** Returns how many rows were changed. */
  run<P>(query: Query<P, unknown>, params: P): number;
  /** A statement without parameters or rows: `BEGIN`, `COMMIT` … */
  exec(sql: string): void;
  /** The first value of the first row of a statement without parameters. */
  value(sql: string): unknown;
  /** How many statements have changed rows. */
  writes(): number;
  isInTransaction(): boolean;
  close(): void;
}

export function createConnection(database: Database.Database, textOf: Texts): Connection {
  const prepare = createStatementCache(database);
  let writes = 0;
  const prepareValue = createStatementCache(database);
  return {
    all<P, R>(query: Query<P, R>, params: P) {
      const text = textOf(query, params);
      const statement = prepare(text.sql);
      const rows = statement.all(valuesOf(text, params));
      if (rows.length > 0 && !statement.readonly) writes += 1; // Those that write return the rows that they changed.
      return rows as R[]; // The query's type says what its rows are.
    },
    run(query, params) {
      const text = textOf(query, params);
      const { changes } = prepare(text.sql).run(valuesOf(text, params));
      if (changes > 0) writes += 1;
      return changes;
    },
    exec: sql => void prepare(sql).run(),
    value: sql => prepareValue(sql).pluck().get(),
    writes: () => writes,
    isInTransaction: () => database.inTransaction,
    close: () => void database.close(),
  };
}

/** Prepared statements by their text; the one that was used longest ago goes first when there are too many. */
function createStatementCache(database: Database.Database): (sql: string) => Database.Statement {
  const cache = new Map<string, Database.Statement>();
  return sql => {
    const known = cache.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (cache.size >= limits.storeStatements) forgetOldest(cache);
    cache.set(sql, statement);
    return statement;
  };
}

function forgetOldest(cache: Map<string, unknown>): void {
  for (const key of cache.keys()) {
    cache.delete(key);
    return;
  }
}
