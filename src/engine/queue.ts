import { AppError } from '../core/error.ts';
import type { ChatId, InboxId } from '../core/ids.ts';
import type { InboxRow } from '../store/rows.ts';
import type { Store, Tx } from '../store/store.ts';

/** What people may do with the inputs that wait for a main lane. Each is one commit, so a crash leaves the queue as it was or as it was to be. */
export async function takeBack(store: Store, chatId: ChatId, id: InboxId): Promise<InboxRow | undefined> {
  return store.write(async tx => {
    const row = (await tx.pending(chatId, 'main')).find(one => one.id === id);
    if (row) await tx.removeInbox([id]);
    return row;
  });
}

/** Trades places with the nearest other input before or after it; what is no input stays where it is. */
export async function moveInput(store: Store, chatId: ChatId, id: InboxId, by: -1 | 1): Promise<boolean> {
  return store.write(async tx => {
    const rows = await tx.pending(chatId, 'main');
    const inputs = rows.filter(row => row.kind === 'input');
    const at = inputs.findIndex(row => row.id === id);
    const [row, other] = [inputs[at], inputs[at + by]];
    if (at === -1 || !row || !other) return false;
    await rearrange(
      tx,
      rows,
      rows.map(one => (one === row ? other : one === other ? row : one)),
    );
    return true;
  });
}

export async function setTakes(store: Store, chatId: ChatId, id: InboxId, takes: InboxRow['takes']): Promise<boolean> {
  return store.write(async tx => {
    const rows = await tx.pending(chatId, 'main');
    if (!rows.some(row => row.id === id)) return false;
    await rearrange(
      tx,
      rows,
      rows.map(row => (row.id === id && row.takes !== takes ? { ...row, takes } : row)),
    );
    return true;
  });
}

/** The order of a queue is that of arrival: from the first row that changes on, all leave and arrive again. */
async function rearrange(tx: Tx, before: readonly InboxRow[], after: readonly InboxRow[]): Promise<void> {
  const first = before.findIndex((row, index) => row !== after[index]);
  if (first === -1) return;
  const leaving = before.slice(first).map(row => row.id);
  const left = await tx.removeInbox(leaving);
  if (left !== leaving.length) throw new AppError('conflict', 'an input was read while the queue was rearranged');
  for (const { deliveredSeq: _, ...row } of after.slice(first)) await tx.putInbox(row);
}
