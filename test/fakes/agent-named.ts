import type { AgentDefinition } from '../../src/core/agent.ts';

/** A definition as a file could hold it. */
export function agentNamed(name: string, more: Partial<AgentDefinition> = {}): AgentDefinition {
  return {
    name,
    description: `Does ${name}.`,
    tools: 'all',
    disallowedTools: [],
    model: 'inherit',
    skills: [],
    mcpServers: [],
    prompt: `You are ${name}.`,
    source: { kind: 'built-in', path: `${name}.md` },
    ...more,
  };
}
