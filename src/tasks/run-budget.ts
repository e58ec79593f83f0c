import type { Budget } from '../core/agent.ts';
import type { ChatId } from '../core/ids.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import { ceilingReached, remainingOf, spentBy } from './budget.ts';
import type { TaskDeps } from './task-deps.ts';

/** The budget of one run of the program: the main lane and everything that works for it draw from it. */
export type RunBudget = {
  readonly remaining: () => Promise<Budget | undefined>;
  /** The first ceiling that was reached, in words, or undefined. */
  readonly reached: () => Promise<string | undefined>;
};

/** Counts what every lane of a chat uses from now on. `afterSeq`: the newest entry of the chat. */
export function createRunBudget(
  { store, clock }: Pick<TaskDeps, 'store' | 'clock'>,
  chatId: ChatId,
  budget: Budget,
  afterSeq: number,
): RunBudget {
  const startedAt = clock.monotonic();
  let last = afterSeq;
  let usage: Usage = {};

  async function spent() {
    // Lanes ask side by side, so an entry may be read twice; it is counted once.
    for (const entry of await store.entries(chatId, { after: last })) {
      if (entry.seq <= last) continue;
      last = entry.seq;
      if (entry.type === 'model:answered' || entry.type === 'context:compacted') usage = addUsage(usage, entry.usage);
    }
    return spentBy({ usage }, (clock.monotonic() - startedAt) / 1000);
  }

  return {
    remaining: async () => remainingOf(budget, await spent()),
    reached: async () => ceilingReached(budget, await spent()),
  };
}
