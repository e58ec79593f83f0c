import type { AgentDefinition } from '../core/agent.ts';
import type { Policy } from '../permissions/policy.ts';
import type { AnyTool } from '../tools/tool.ts';

/** The tools of a definition: those it names (or all), less those it takes away. Patterns in parentheses narrow by `policyOf`, not here. */
export function toolsOf(
  definition: Pick<AgentDefinition, 'tools' | 'disallowedTools'>,
  all: readonly AnyTool[],
): AnyTool[] {
  return toolsUnder([limitsOf(definition)], all);
}

/** The tools that every one of these policies leaves: a lane has none that its ancestors were not given (S12). */
export function toolsUnder(
  policies: readonly Pick<Policy, 'tools' | 'withoutTools'>[],
  all: readonly AnyTool[],
): AnyTool[] {
  const isLeft = (tool: AnyTool, { tools, withoutTools = [] }: Pick<Policy, 'tools' | 'withoutTools'>) =>
    (tools === undefined || tools.some(name => matches(name, tool.name))) &&
    !withoutTools.some(name => matches(name, tool.name));
  return all.filter(tool => policies.every(policy => isLeft(tool, policy)));
}

/**
 * What a definition adds to its parent's policies: its mode, its tools, the patterns that they are limited to, and the uses it forbids.
 * The strictest of all policies counts, so nothing here can widen what the parent may (S12).
 */
export function policyOf(
  definition: Pick<AgentDefinition, 'name' | 'tools' | 'disallowedTools' | 'permissionMode'>,
  parent: Policy,
): Policy {
  const source = `agent ${definition.name}`;
  const limited = definition.tools === 'all' ? [] : definition.tools.filter(name => name.includes('(')).map(split);
  const denied = definition.disallowedTools.filter(name => name.includes('(')).map(split);
  return {
    mode: definition.permissionMode ?? parent.mode,
    roots: parent.roots,
    rules: [...parent.rules, ...denied.map(rule => ({ ...rule, kind: 'deny' as const, source }))],
    ...(limited.length === 0 ? {} : { only: limited }),
    ...limitsOf(definition),
  };
}

function limitsOf({ tools, disallowedTools }: Pick<AgentDefinition, 'tools' | 'disallowedTools'>) {
  return {
    ...(tools === 'all' ? {} : { tools: tools.map(bareName) }),
    withoutTools: disallowedTools.filter(name => !name.includes('(')),
  };
}

function bareName(pattern: string): string {
  return pattern.split('(', 1)[0] ?? pattern;
}

function split(pattern: string): { tool: string; pattern: string } {
  const open = pattern.indexOf('(');
  return { tool: pattern.slice(0, open), pattern: pattern.slice(open + 1).replace(/\)$/, '') };
}

/** `mcp__server__*` names every tool of that server. */
function matches(name: string, tool: string): boolean {
  return name === tool || (name.endsWith('*') && tool.startsWith(name.slice(0, -1)));
}
