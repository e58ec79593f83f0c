import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EntryBody } from '../../src/core/entry.ts';
import { type ChatId, createIds, type TurnId, type WorkerId } from '../../src/core/ids.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createNodeFiles } from '../../src/platform/files.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { aTask } from '../contract/store/world.ts';

const ids = createIds(systemClock, systemRandom);
const entryCount = 50_000;
const transitionCount = 5_000;

/** Figures of the store on this machine; `_per_s` are rates, `_ms` durations. The `raw_` ones are bare better-sqlite3 with as many commits and rows. */
export async function benchStore(): Promise<Record<string, number>> {
  const root = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
  const path = join(root, 'legwork.db');
  const store = await open(path);
  try {
    const user = ids('user');
    const worker = ids('worker');
    const forever = Number.MAX_SAFE_INTEGER;
    await store.write(async tx => {
      await tx.putUser({ id: user, name: 'bench', createdAt: 1 });
      await tx.putWorker({ id: worker, kind: 'bench', pid: 1, host: 'here', startedAt: 1, leaseUntil: forever });
    });
    const newChat = async () => {
      const id = ids('chat');
      await store.write(tx =>
        tx.createChat({ id, userId: user, kind: 'person', title: 'b', cwd: '/', createdAt: 1, updatedAt: 1 }),
      );
      return id;
    };
    const chat = await newChat();
    return {
      ...(await benchEntries(store, chat, await newChat())),
      ...(await benchReading(store, chat)),
      ...(await benchOpening(path)),
      ...(await benchTransitions(store, await newChat(), worker)),
      ...(await benchClaims(store, await newChat(), worker)),
      ...(await benchLoneWrites(store, chat)),
      ...benchRaw(join(root, 'raw.db')),
    };
  } finally {
    await store.close();
    await rm(root, { recursive: true });
  }
}

function open(path: string): Promise<Store> {
  return openSqliteStore({ path, clock: systemClock, random: systemRandom, files: createNodeFiles() });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

const perSecond = (count: number, ms: number) => Math.round((count / ms) * 1_000);

function bodyOf(turnId: TurnId, i: number): EntryBody {
  if (i % 2 === 1)
    return {
      type: 'tool:ended',
      turnId,
      callId: `c${i}`,
      tool: 'Read',
      text: 'x'.repeat(200),
      isError: false,
      durationMs: 3,
    };
  const calls = [{ callId: `c${i + 1}`, tool: 'Read', input: { path: '/work/file.ts' } }];
  const usage = { inputTokens: 1_000, outputTokens: 20 };
  return {
    type: 'model:answered',
    turnId,
    model: 'm',
    text: 'I look. '.repeat(20),
    calls,
    stop: 'tools',
    usage,
    durationMs: 9,
  };
}

async function benchEntries(store: Store, chat: ChatId, other: ChatId) {
  const turnId = ids('turn');
  const single = await timed(() =>
    Promise.all(
      Array.from({ length: entryCount }, (_, i) => store.write(tx => tx.append(chat, 'main', i, [bodyOf(turnId, i)]))),
    ),
  );
  const group = 10;
  const grouped = await timed(() =>
    Promise.all(
      Array.from({ length: entryCount / group }, (_, i) =>
        store.write(tx =>
          tx.append(
            other,
            'main',
            i,
            Array.from({ length: group }, (_, k) => bodyOf(turnId, i + k)),
          ),
        ),
      ),
    ),
  );
  return {
    entries_one_per_write_per_s: perSecond(entryCount, single),
    entries_ten_per_write_per_s: perSecond(entryCount, grouped),
  };
}

async function benchReading(store: Store, chat: ChatId) {
  return {
    read_50000_entries_ms: await timed(() => store.entries(chat)),
    read_last_100_entries_ms: await timed(() => store.lastEntries(chat, 100)),
  };
}

async function benchOpening(path: string) {
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    let second: Store | undefined;
    times.push(
      await timed(async () => {
        second = await open(path);
      }),
    );
    await second?.close();
  }
  return { open_existing_ms: Math.min(...times) };
}

/** Each task is claimed, then ended with its entry and its notification: two transitions, each durable when it is counted. */
async function benchTransitions(store: Store, chat: ChatId, worker: WorkerId) {
  const count = transitionCount / 2;
  for (let i = 0; i < count; i += 1)
    void store.write(tx => tx.insertTask(aTask(chat, { id: ids('task'), agentId: ids('agent') }), []));
  await store.write(async () => undefined);
  const runOne = async () => {
    const task = await store.write(tx => tx.claimTask({ worker, now: 500, chatIds: [chat] }));
    if (task === undefined) throw new Error('there are as many tasks as claims');
    await store.write(async tx => {
      await tx.fenceTask(task.id, task.attempt);
      await tx.patchTask(task.id, {
        status: 'completed',
        worker: null,
        outcome: { kind: 'completed', report: 'r' },
        endedAt: 9,
      });
      await tx.append(chat, task.id, 9, [{ type: 'program:remarked', text: 'ended' }]);
      await tx.putInbox({
        id: ids('inbox'),
        chatId: chat,
        lane: 'main',
        kind: 'notification',
        text: '<x/>',
        wakes: true,
        takes: 'boundary',
        createdAt: 9,
      });
    });
  };
  const ms = await timed(() => Promise.all(Array.from({ length: count }, runOne)));
  return { task_transitions_per_s: perSecond(count * 2, ms) };
}

async function benchClaims(store: Store, chat: ChatId, worker: WorkerId) {
  const fill = async (count: number, status: 'completed' | 'queued') => {
    const works = Array.from({ length: count }, () =>
      store.write(tx => tx.insertTask(aTask(chat, { id: ids('task'), agentId: ids('agent'), status }), [])),
    );
    await Promise.all(works);
  };
  await fill(100_000, 'completed');
  await fill(5_000, 'queued');
  const rounds = 200;
  const all = await timed(async () => {
    for (let i = 0; i < rounds; i += 1) await store.write(tx => tx.claimTask({ worker, now: 500 }));
  });
  const ofChat = await timed(async () => {
    for (let i = 0; i < rounds; i += 1)
      await store.write(tx => tx.claimTask({ worker, now: 500, chatIds: [chat], exceptModels: ['none/such'] }));
  });
  return { claim_from_105000_ms: all / rounds, claim_of_chat_from_105000_ms: ofChat / rounds };
}

async function benchLoneWrites(store: Store, chat: ChatId) {
  const rounds = 200;
  const ms = await timed(async () => {
    for (let i = 0; i < rounds; i += 1) await store.write(tx => tx.renameChat(chat, `${i}`));
  });
  return { lone_write_ms: ms / rounds };
}

/** The same figures without any of our code: what the disk and SQLite allow. */
function benchRaw(path: string): Record<string, number> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE entries (chat TEXT, seq INTEGER, lane TEXT, data TEXT, PRIMARY KEY (chat, seq)) STRICT');
  const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?)');
  const data = JSON.stringify(bodyOf(ids('turn'), 0));
  const batch = 512;
  let since = performance.now();
  for (let i = 0; i < entryCount; i += batch) {
    db.transaction(() => {
      for (let k = i; k < i + batch; k += 1) insert.run('chat', k, 'main', data);
    })();
  }
  const entries = perSecond(entryCount, performance.now() - since);
  since = performance.now();
  const rounds = 200;
  for (let i = 0; i < rounds; i += 1) insert.run('other', i, 'main', data);
  const lone = (performance.now() - since) / rounds;
  db.close();
  return { raw_entries_per_s: entries, raw_lone_write_ms: lone };
}
