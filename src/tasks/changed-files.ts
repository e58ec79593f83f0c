import * as z from 'zod';
import type { Entry } from '../core/entry.ts';
import type { ChatId } from '../core/ids.ts';
import { lazy } from '../core/lazy.ts';
import type { Reader } from '../store/store.ts';

/** What Edit and Write leave for people. */
const diffSchema = lazy(() =>
  z.object({ kind: z.literal('diff'), path: z.string(), added: z.number(), removed: z.number() }),
);

export type ChangedFile = { readonly path: string; readonly added: number; readonly removed: number };

/** Files that the agents of a chat changed with Edit and Write, in the order in which they were first changed; what commands did is not known. */
export async function changedFiles(store: Pick<Reader, 'entries'>, chatId: ChatId): Promise<ChangedFile[]> {
  const files = new Map<string, ChangedFile>();
  for (const entry of await store.entries(chatId, { type: 'tool:ended' })) {
    const change = changeOf(entry);
    if (!change) continue;
    const before = files.get(change.path) ?? { added: 0, removed: 0 };
    const { path } = change;
    files.set(path, { path, added: before.added + change.added, removed: before.removed + change.removed });
  }
  return [...files.values()];
}

function changeOf(entry: Entry): ChangedFile | undefined {
  if (entry.type !== 'tool:ended' || entry.isError || entry.display === undefined) return undefined;
  return diffSchema().safeParse(entry.display).data;
}
