import type { Budget } from '../core/agent.ts';
import type { ChatId, UserId } from '../core/ids.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import type { LaneWork } from '../engine/lane-work.ts';
import { primaryPrompt } from '../engine/prompt.ts';
import type { Policy } from '../permissions/policy.ts';
import type { FileLedger } from '../tools/tool.ts';
import { ceilingReached, remainingOf, spentBy } from './budget.ts';
import { laneTools } from './lane-tools.ts';
import type { Owner } from './owner.ts';
import type { TaskDeps } from './task-deps.ts';

export type Primary = {
  readonly chatId: ChatId;
  readonly user: UserId;
  readonly model: string;
  readonly policy: Policy;
  readonly cwd: string;
  readonly files: FileLedger;
  /** Added to the system prompt. */
  readonly extraPrompt: string;
  /** Of this run of the program, everything that was delegated included. */
  readonly budget?: Budget | undefined;
  readonly startedAt: number;
  /** Model steps of this run; absent: no limit but that of a turn. */
  readonly stepsLeft?: (() => Promise<number>) | undefined;
};

/** What the main lane of a chat works with. */
export async function primaryWork(deps: TaskDeps, primary: Primary, epoch: number): Promise<LaneWork> {
  const { chatId, model, policy, cwd } = primary;
  const { at, memory } = await deps.surroundings(cwd);
  const system = primaryPrompt(at, memory, primary.extraPrompt);
  const spent = async () =>
    spentBy(
      { usage: await usageOfChat(deps, chatId, primary.startedAt) },
      (deps.clock.now() - primary.startedAt) / 1000,
    );
  const owner: Owner = {
    chatId,
    lane: 'main',
    depth: 0,
    model,
    system,
    base: [],
    policies: [policy],
    cwd,
    user: primary.user,
    remaining: async () => (primary.budget ? remainingOf(primary.budget, await spent()) : undefined),
    whileWaiting: wait => wait(),
  };
  return {
    chatId,
    lane: 'main',
    fence: { kind: 'lane', chatId, lane: 'main', epoch },
    agent: 'primary',
    model,
    system,
    base: [],
    tools: await laneTools(deps, owner),
    policies: [policy],
    cwd,
    files: primary.files,
    stepsLeft: await primary.stepsLeft?.(),
    overBudget: primary.budget && (async () => ceilingReached(primary.budget, await spent())),
    canAsk: deps.canAsk,
  };
}

/** What every lane of a chat used since then. */
export async function usageOfChat(deps: Pick<TaskDeps, 'store'>, chatId: ChatId, since: number): Promise<Usage> {
  const entries = await deps.store.entries(chatId);
  return entries.reduce<Usage>(
    (sum, entry) =>
      entry.at >= since && (entry.type === 'model:answered' || entry.type === 'context:compacted')
        ? addUsage(sum, entry.usage)
        : sum,
    {},
  );
}
