import type { AnyTool } from '../tools/tool.ts';
import { companionTools } from './companion-tools.ts';
import type { Owner } from './owner.ts';
import type { TaskDeps } from './task-deps.ts';
import { taskTool } from './task-tool.ts';
import { toolsUnder } from './toolset.ts';

/** The tools that a lane's policies leave it: of the shared ones, and of those of the tasks, which act on its behalf. */
export async function laneTools(deps: TaskDeps, owner: Owner): Promise<AnyTool[]> {
  const { agents } = await deps.agents.list();
  return toolsUnder(owner.policies, [...deps.tools, taskTool(deps, owner, agents), ...companionTools(deps, owner)]);
}
