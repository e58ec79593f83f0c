import { type ChatId, createIds, type WorkerId } from '../../src/core/ids.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createRetryBusy } from '../../src/store/sqlite/busy.ts';
import { createConnection } from '../../src/store/sqlite/connection.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { createTexts } from '../../src/store/sqlite/texts.ts';
import type { Store } from '../../src/store/store.ts';
import { openAt } from './files.ts';

/** A process of its own for the tests: `child.ts <job> <database> <argument…>`; what it did goes to stdout, one line each. */
const ids = createIds(systemClock, systemRandom);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const jobs: Record<string, (path: string, ...rest: string[]) => Promise<void>> = {
  open: path => withStore(path, async store => say(String((await store.check()).schema))),

  /** Appends one entry at a time, naming each when it is acknowledged. */
  append: (path, chat, count) =>
    withStore(path, async store => {
      for (let i = 0; i < Number(count); i += 1) {
        const body = { type: 'program:remarked', text: `${process.pid}/${i}` } as const;
        const [entry] = await store.write(tx => tx.append(chat as ChatId, 'main', i, [body]));
        say(`${entry?.seq} ${body.text}`);
      }
    }),

  claim: path =>
    withStore(path, async store => {
      const worker: WorkerId = ids('worker');
      const lease = { startedAt: 1, leaseUntil: Number.MAX_SAFE_INTEGER };
      await store.write(tx => tx.putWorker({ id: worker, kind: 'test', pid: process.pid, host: 'here', ...lease }));
      for (;;) {
        const task = await store.write(tx => tx.claimTask({ worker, now: 1_000 }));
        if (task === undefined) return;
        say(task.id);
      }
    }),

  /** Dies before the statement of that number, counted over all that a migration executes. */
  async dieInMigration(path, at) {
    const { default: Database } = await import('better-sqlite3');
    const connection = createConnection(new Database(path), createTexts());
    let count = 0;
    const dying = {
      ...connection,
      exec(sql: string) {
        if (count === Number(at)) process.kill(process.pid, 'SIGKILL');
        count += 1;
        connection.exec(sql);
      },
    };
    connection.value('PRAGMA journal_mode = WAL');
    await migrate(dying, path, createRetryBusy(systemClock, systemRandom));
    say(`${count}`);
  },
};

async function withStore(path: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openAt(path);
  await work(store);
  await store.close();
}

const [job = '', path = '', ...rest] = process.argv.slice(2);
const run = jobs[job];
if (run === undefined) throw new Error(`No job ${job}; there are ${Object.keys(jobs).join(', ')}`);
await run(path, ...rest);
