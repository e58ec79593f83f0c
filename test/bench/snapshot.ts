import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChatId } from '../../src/core/ids.ts';
import type { Store } from '../../src/store/store.ts';
import { putChat } from '../contract/store/world.ts';
import { openAt } from '../store/files.ts';
import { median } from './measure.ts';

/** What a busy program writes in ten minutes: a hundred commits a second of four pages each. */
const pages = 10 * 60 * 100 * 4;
const pageBytes = 4_096;
const entryBytes = 16 * pageBytes;
const rounds = 200;

/** R13 at full size: a reader holds a snapshot while ten minutes' worth of pages is written, and then leaves. */
export async function benchSnapshot(): Promise<Record<string, number>> {
  const root = await mkdtemp(join(tmpdir(), 'legwork-bench-'));
  const path = join(root, 'legwork.db');
  const store = await openAt(path);
  try {
    const chat = await putChat(store);
    const logMb = async () => (await stat(`${path}-wal`)).size / 1024 / 1024;
    await append(store, chat, 'x');
    const before = await loneWriteMs(store, chat);
    const reader = new Database(path, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT COUNT(*) FROM entries').get();
    const text = 'x'.repeat(entryBytes);
    for (let written = 0; written < pages; written += entryBytes / pageBytes) await append(store, chat, text);
    const held = { logMb: await logMb(), writeMs: await loneWriteMs(store, chat), readMs: await readMs(store, chat) };
    reader.close();
    const since = performance.now();
    await append(store, chat, 'x');
    const firstMs = performance.now() - since;
    await append(store, chat, 'x');
    return {
      held_log_mb: held.logMb,
      held_lone_write_ms: held.writeMs,
      held_read_last_100_ms: held.readMs,
      first_write_after_ms: firstMs,
      after_log_mb: await logMb(),
      after_lone_write_ms: await loneWriteMs(store, chat),
      reference_lone_write_ms: before,
    };
  } finally {
    await store.close();
    await rm(root, { recursive: true, force: true });
  }
}

function append(store: Store, chat: ChatId, text: string): Promise<unknown> {
  return store.write(tx => tx.append(chat, 'main', 1, [{ type: 'program:remarked', text }]));
}

async function loneWriteMs(store: Store, chat: ChatId): Promise<number> {
  return medianOf(i => store.write(tx => tx.renameChat(chat, `${i}`)));
}

async function readMs(store: Store, chat: ChatId): Promise<number> {
  return medianOf(() => store.lastEntries(chat, 100));
}

async function medianOf(work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const since = performance.now();
    await work(round);
    times.push(performance.now() - since);
  }
  return median(times);
}
