import { once } from 'node:events';
import Database from 'better-sqlite3';

/** The reference of a crowd: one row per commit by bare better-sqlite3, waiting as SQLite itself does. `raw-commits-child.ts <database> <milliseconds>` */
const [path = '', forMs = ''] = process.argv.slice(2);
const db = new Database(path, { timeout: 60_000 });
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE IF NOT EXISTS rows (pid INTEGER, n INTEGER, data TEXT) STRICT');
const insert = db.prepare('INSERT INTO rows VALUES (?, ?, ?)');
const waits: number[] = [];
console.log('ready');
await once(process.stdin, 'data');
for (const until = performance.now() + Number(forMs); performance.now() < until; ) {
  const since = performance.now();
  db.transaction(() => insert.run(process.pid, waits.length, 'x'.repeat(500))).immediate();
  waits.push(performance.now() - since);
  await new Promise(resolve => setImmediate(resolve));
}
db.close();
console.log(JSON.stringify({ waits }));
process.exit(0);
