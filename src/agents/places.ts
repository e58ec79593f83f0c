import { join } from 'node:path';
import type { AgentDefinition } from '../core/agent.ts';
import type { Files } from '../core/ports.ts';
import { levelsUpToRoot } from '../core/workspace.ts';

/** A folder of definitions and the real path of the tree that its files must not lead out of. */
export type Place = {
  readonly folder: string;
  readonly kind: Exclude<AgentDefinition['source']['kind'], 'built-in'>;
  readonly tree: string;
};

const folders = [join('.letta', 'agents'), join('.claude', 'agents')];

/**
 * Where definitions are looked for, nearest first: each folder from the working directory up to the repository root (the one with `.git`;
 * without one the working directory alone), then the home directory. The home directory's own folders are the user's, even inside a repository.
 */
export async function definitionPlaces(files: Files, cwd: string, home: string): Promise<Place[]> {
  const levels = await levelsUpToRoot(files, cwd);
  const root = levels.at(-1) ?? cwd;
  const projectTree = await files.realPath(root);
  const userTree = await files.realPath(home);
  const project = levels
    .filter(level => level !== home)
    .flatMap(level =>
      folders.map(folder => ({ folder: join(level, folder), kind: 'project' as const, tree: projectTree })),
    );
  return [
    ...project,
    ...folders.map(folder => ({ folder: join(home, folder), kind: 'user' as const, tree: userTree })),
  ];
}
