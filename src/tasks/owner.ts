import type { Budget } from '../core/agent.ts';
import type { ChatId, LaneId, TurnId, UserId } from '../core/ids.ts';
import type { Policy } from '../permissions/policy.ts';
import type { TaskSpec } from '../store/rows.ts';

/** The lane on whose behalf tasks are made and asked after: what a spawn takes from its parent. */
export type Owner = {
  readonly chatId: ChatId;
  readonly lane: LaneId;
  /** 0 for the main lane. */
  readonly depth: number;
  readonly model: string;
  /** Its system prompt; a `fork` works under the same one. */
  readonly system: string;
  /** What precedes its own lane in what it sees. */
  readonly base: TaskSpec['base'];
  readonly policies: readonly Policy[];
  readonly cwd: string;
  readonly user: UserId;
  /** The turn of the main lane under which all this happens; undefined: the current turn of this lane is it. */
  readonly rootTurnId?: TurnId | undefined;
  /** What is left of the owner's own budget. */
  readonly remaining: () => Promise<Budget | undefined>;
  /** Runs `wait` without counting the owner as one that works, so that its children get its place. */
  readonly whileWaiting: <T>(wait: () => Promise<T>) => Promise<T>;
};
