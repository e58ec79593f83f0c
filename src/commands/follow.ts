import type { Entry } from '../core/entry.ts';
import type { ChatId, LaneId } from '../core/ids.ts';
import { waitFor } from '../engine/wait-for.ts';
import type { Program } from '../tasks/program.ts';

/**
 * Gives out the entries of a lane in order, first those that are there, then those that come, from whatever process, until `isOver` says so when all
 * are given. Without `isOver` only those that are there. Returns quietly when the signal is aborted.
 */
export async function followLane(
  { base }: Pick<Program, 'base'>,
  where: { readonly chatId: ChatId; readonly lane: LaneId },
  give: (entries: readonly Entry[]) => Promise<void>,
  live?: { readonly isOver: () => Promise<boolean>; readonly signal: AbortSignal },
): Promise<void> {
  let after = 0;
  const giveNew = async () => {
    for (;;) {
      const entries = await base.store.entries(where.chatId, { lane: where.lane, after, limit: page });
      if (entries.length === 0) return;
      await give(entries);
      after = entries.at(-1)?.seq ?? after;
    }
  };
  if (!live) return giveNew();
  const release = base.store.watchClosely();
  try {
    await waitFor(base, live.signal, async () => {
      const isOver = await live.isOver();
      await giveNew();
      return isOver ? true : undefined;
    });
  } catch (error) {
    // Ctrl+C is how following ends.
    if (!live.signal.aborted) throw error;
  } finally {
    release();
  }
}

/** Entries that are read at a time. */
const page = 1_000;
