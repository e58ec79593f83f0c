import type { AgentDefinition } from '../../core/agent.ts';
import { AppError } from '../../core/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Program } from '../../tasks/program.ts';

/** AppError `not-found` that names the nearest, or all that there are. */
export async function findAgent({ base }: Program, name: string): Promise<AgentDefinition> {
  const { agents } = await base.agents.list();
  const found = agents.find(agent => agent.name === name);
  if (found) return found;
  const names = agents.map(agent => agent.name);
  const close = nearest(name, names);
  throw new AppError(
    'not-found',
    `there is no agent "${name}"; ${close ? `did you mean "${close}"?` : `there are ${names.join(', ')}`}`,
  );
}
