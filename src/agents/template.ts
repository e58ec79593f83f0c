import type { AgentDefinition } from '../core/agent.ts';

/** The file that `agents new <name>` writes: valid as it stands, every other field there as a comment. */
export function definitionTemplate({ name, description }: Pick<AgentDefinition, 'name' | 'description'>): string {
  return `---
name: ${name}
# When to use it. The agent that delegates reads this line to choose.
description: ${JSON.stringify(description)}
# Tools it may use: a list such as "Read, Glob, Grep, Bash(git *)". Without this line: all.
# tools: Read, Glob, Grep
# Taken away afterwards.
# disallowedTools: Write, Edit
# A handle such as anthropic/claude-sonnet-4-5. Without this line: the model of whoever delegates.
# model: inherit
# Runs in the background unless the call says otherwise.
# background: true
# fork: sees the conversation up to the call. fresh: sees its assignment alone.
# context: fresh
# Ceilings: model requests, time ("90s", "10m"), and what it may use up together with everything under it.
# maxTurns: 50
# timeout: 10m
# budget: { tokens: 200000, usd: 1, seconds: 600 }
# worktree: works in a git worktree of its own.
# isolation: none
# plan: may only read. ask: asks before it changes anything. accept-edits: edits the workspace without asking. It can only narrow.
# permissionMode: plan
---
You are …

Say what the work is, how to go about it, what to leave alone, and what the report must hold: whoever delegated sees nothing but the report.
`;
}
