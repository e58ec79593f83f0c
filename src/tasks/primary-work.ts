import type { ChatId, UserId } from '../core/ids.ts';
import type { LaneWork } from '../engine/lane-work.ts';
import { primaryPrompt } from '../engine/prompt.ts';
import type { Policy } from '../permissions/policy.ts';
import type { FileLedger } from '../tools/tool.ts';
import { laneTools } from './lane-tools.ts';
import type { Owner } from './owner.ts';
import { rootTurnOf } from './root-turn.ts';
import type { RunBudget } from './run-budget.ts';
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
  readonly budget?: RunBudget | undefined;
  /** Model steps of this run; absent: no limit but that of a turn. */
  readonly stepsLeft?: (() => Promise<number>) | undefined;
};

/** What the main lane of a chat works with. */
export async function primaryWork(deps: TaskDeps, primary: Primary, epoch: number): Promise<LaneWork> {
  const { chatId, model, policy, cwd } = primary;
  const { at, memory } = await deps.surroundings(cwd);
  const system = primaryPrompt(at, memory, primary.extraPrompt);
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
    rootTurnId: await rootTurnOf(deps.store, chatId),
    remaining: async () => primary.budget?.remaining(),
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
    overBudget: primary.budget?.reached,
    canAsk: () => deps.canAsk(chatId),
  };
}
