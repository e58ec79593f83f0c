import { once } from 'node:events';
import { type ChatId, createIds, type TaskId } from '../../src/core/ids.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { aTask } from '../contract/store/world.ts';

/**
 * One process of a crowd (`crowd.ts`): says `ready`, waits for a line, and then adds a task, claims one and ends it, again and again, for so many
 * milliseconds. Every write waits for the disk. Prints one line of JSON, a `CrowdReport`.
 */
export type CrowdReport = {
  /** Milliseconds of each write, from the call until it was durable. */
  waits: number[];
  /** How often the database was found busy and tried again. */
  retries: number;
  added: TaskId[];
  claimed: TaskId[];
  /** What users would have been told. */
  errors: string[];
};

const [path = '', chat = '', forMs = ''] = process.argv.slice(2);
const chatId = chat as ChatId; // Its parent made it.
const report: CrowdReport = { waits: [], retries: 0, added: [], claimed: [], errors: [] };
const ids = createIds(systemClock, systemRandom);
/** The store sleeps only between two tries. */
const clock = {
  monotonic: systemClock.monotonic,
  sleep(ms: number) {
    report.retries += 1;
    return systemClock.sleep(ms);
  },
};
const store = await openSqliteStore({ path, clock, random: systemRandom, files: createNodeFiles() });
const worker = ids('worker');
await store.write(tx =>
  tx.putWorker({
    id: worker,
    kind: 'crowd',
    pid: process.pid,
    host: 'here',
    startedAt: 1,
    leaseUntil: Number.MAX_SAFE_INTEGER,
  }),
);
console.log('ready');
await once(process.stdin, 'data');
for (const until = performance.now() + Number(forMs); performance.now() < until; ) await oneRound(store);
await store.close();
console.log(JSON.stringify(report));
process.exit(0);

async function oneRound({ write }: Store): Promise<void> {
  const task = aTask(chatId, { id: ids('task'), agentId: ids('agent'), conversationId: ids('conv') });
  await timed(async tx => {
    await tx.insertTask(task, []);
    await tx.append(chatId, task.id, 1, [{ type: 'program:remarked', text: 'queued' }]);
  });
  report.added.push(task.id);
  const claimed = await timed(async tx => tx.claimTask({ worker, now: 1_000 }));
  if (claimed === undefined) return;
  report.claimed.push(claimed.id);
  await timed(async tx => {
    await tx.fenceTask(claimed.id, claimed.attempt);
    await tx.patchTask(claimed.id, { status: 'completed', worker: null, outcome: { kind: 'completed', report: 'r' } });
    await tx.append(chatId, claimed.id, 1, [{ type: 'program:remarked', text: 'ended' }]);
  });

  async function timed<T>(work: (tx: Tx) => Promise<T>): Promise<T | undefined> {
    const since = performance.now();
    try {
      return await write(work);
    } catch (error) {
      report.errors.push(String(error));
      return undefined;
    } finally {
      report.waits.push(Math.round((performance.now() - since) * 10) / 10);
    }
  }
}
