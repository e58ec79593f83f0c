import type { Agents } from '../core/agent.ts';
import type { ChatId } from '../core/ids.ts';
import type { Engine } from '../engine/lane-work.ts';
import type { Surroundings } from '../engine/prompt.ts';
import type { Policy, Rule } from '../permissions/policy.ts';
import type { AnyTool } from '../tools/tool.ts';
import type { RunBudget } from './run-budget.ts';
import type { Transcripts } from './transcripts.ts';
import type { Worktrees } from './worktree.ts';

/** What the tasks stand on. */
export type TaskDeps = Engine & {
  readonly agents: Agents;
  readonly transcripts: Transcripts;
  readonly worktrees: Worktrees;
  /** The tools that do not belong to a lane; a subagent gets a part of them. */
  readonly tools: readonly AnyTool[];
  /** What a system prompt says of a workspace: where it is, and the AGENTS.md and CLAUDE.md that count there. */
  readonly surroundings: (cwd: string) => Promise<{ readonly at: Surroundings; readonly memory: string }>;
  /** Whether somebody watches that chat who could answer an approval. */
  readonly canAsk: (chatId: ChatId) => boolean;
  /** How many further tasks of that model would start at once in this process. */
  readonly room: (model: string) => number;
  /** What people have allowed in that chat, as it is at each look; undefined where it is not open in this process. */
  readonly allowedInChat?: ((chatId: ChatId) => readonly Rule[] | undefined) | undefined;
  /** The policy of that chat's main lane as it is now, where it is open in this process: what narrows it narrows all under it (S12). */
  readonly rootPolicy?: ((chatId: ChatId) => Policy | undefined) | undefined;
  /** What this run of the program may spend in that chat; absent or undefined: as much as it takes. */
  readonly runBudget?: ((chatId: ChatId) => RunBudget | undefined) | undefined;
};
