import * as z from 'zod';
import { lazy } from './lazy.ts';

export const permissionModeSchema = lazy(() => z.enum(['plan', 'ask', 'accept-edits', 'bypass']));

/** Hard ceilings of a task and everything under it. */
export const budgetSchema = lazy(() =>
  z.strictObject({
    tokens: z.number().int().positive().optional(),
    usd: z.number().positive().optional(),
    seconds: z.number().positive().optional(),
  }),
);
export type Budget = z.infer<ReturnType<typeof budgetSchema>>;

/** How a subagent works. A task keeps the definition it was spawned with, so that a later attempt works the same way. */
export const agentDefinitionSchema = lazy(() =>
  z.object({
    name: z.string(),
    description: z.string(),
    /** Tool names or patterns (`Bash(git *)`); `all`: everything the parent has. */
    tools: z.union([z.literal('all'), z.array(z.string())]),
    disallowedTools: z.array(z.string()),
    /** A model handle, or `inherit`. */
    model: z.string(),
    background: z.boolean().optional(),
    context: z.enum(['fresh', 'fork']).optional(),
    maxTurns: z.number().int().positive().optional(),
    timeoutMs: z.number().int().positive().optional(),
    budget: budgetSchema().optional(),
    isolation: z.enum(['none', 'worktree']).optional(),
    permissionMode: permissionModeSchema().optional(),
    skills: z.array(z.string()),
    mcpServers: z.array(z.unknown()),
    hooks: z.unknown().optional(),
    /** The system prompt. */
    prompt: z.string(),
    source: z.object({ kind: z.enum(['built-in', 'user', 'project']), path: z.string() }),
  }),
);
export type AgentDefinition = z.infer<ReturnType<typeof agentDefinitionSchema>>;

/** A definition file that could not be used, or a part of it that was not understood. */
export type DefinitionProblem = {
  readonly path: string;
  readonly line: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
};

/** What can be spawned now. Re-reads files whose time or size changed; `refresh` re-reads all. */
export interface Agents {
  list(): Promise<{ readonly agents: readonly AgentDefinition[]; readonly problems: readonly DefinitionProblem[] }>;
  refresh(): Promise<{ readonly agents: readonly AgentDefinition[]; readonly problems: readonly DefinitionProblem[] }>;
}
