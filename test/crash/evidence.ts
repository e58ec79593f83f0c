import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import type { Entry } from '../../src/core/entry.ts';
import type { InboxId, LaneId } from '../../src/core/ids.ts';
import type { InboxRow, Task } from '../../src/store/rows.ts';
import { processesOf } from '../fakes/folder.ts';
import { openAt } from '../store/files.ts';
import type { World } from './world.ts';

/** What lies in the store and in the files when no process of the program lives. */
export type Evidence = {
  readonly entries: readonly Entry[];
  readonly lastSeq: number;
  readonly tasks: readonly Task[];
  readonly inbox: readonly InboxRow[];
  readonly integrity: string;
  /** Lines of the file that may get each nonce once only. */
  readonly effects: readonly string[];
  /** Files of the state directory and of the working directory, relative to the root. */
  readonly files: readonly string[];
  /** Transcripts by task. */
  readonly transcripts: ReadonlyMap<string, string>;
};

/** Undefined while there is no chat. */
export async function gather(world: Pick<World, 'root' | 'work' | 'database'>): Promise<Evidence | undefined> {
  const files = await filesBelow(world.root);
  if (!files.includes(relative(world.root, world.database))) return undefined;
  const store = await openAt(world.database);
  try {
    const [chat] = await store.chats({ limit: 1 });
    if (!chat) return undefined;
    const rows = inboxIds(world.database);
    const inbox = await Promise.all(rows.ids.map(id => store.inboxRow(id)));
    const transcripts = files.filter(file => file.endsWith('.log') && file.includes('/transcripts/'));
    return {
      entries: await store.entries(chat.id),
      lastSeq: chat.lastSeq,
      tasks: await store.tasks({ chatId: chat.id }),
      inbox: inbox.flatMap(row => (row ? [row] : [])),
      integrity: rows.integrity,
      effects: await linesOf(join(world.work, 'effects.txt')),
      files,
      transcripts: new Map(
        await Promise.all(
          transcripts.map(async file => [taskOf(file), await readFile(join(world.root, file), 'utf8')] as const),
        ),
      ),
    };
  } finally {
    await store.close();
  }
}

/** Processes of this world. */
export async function processesIn(world: Pick<World, 'root'>): Promise<string[]> {
  return (await processesOf(world.root)).map(({ pid, words }) => `${pid} ${words}`);
}

/** Whether an entry that was announced stands in the log as it was announced. */
export function isInLog(entries: readonly Entry[], announced: Entry): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(entries[announced.seq - 1] ?? null)), announced);
}

export function ofLane(entries: readonly Entry[], lane: LaneId): Entry[] {
  return entries.filter(entry => entry.lane === lane);
}

function inboxIds(path: string): { ids: InboxId[]; integrity: string } {
  const database = new Database(path, { readonly: true });
  try {
    // Ids in the database are of the brand that the column's name says.
    const ids = database.prepare('SELECT id FROM inbox ORDER BY arrival').pluck().all() as InboxId[];
    return { ids, integrity: String(database.pragma('integrity_check', { simple: true })) };
  } finally {
    database.close();
  }
}

async function filesBelow(root: string): Promise<string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter(one => !one.isDirectory()).map(one => relative(root, join(one.parentPath, one.name)));
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter(line => line !== '');
}

function taskOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.log'.length);
}
