import type { AgentDefinition, Agents } from '../core/agent.ts';
import type { Files } from '../core/ports.ts';
import { completeDraft, nothingToOverlay } from './definition.ts';
import { type Memory, readPlaces, type Shelf } from './discover.ts';
import { definitionPlaces } from './places.ts';
import type { DefinitionProblem } from './problem.ts';

export type AgentsOptions = {
  readonly files: Files;
  /** Absolute. */
  readonly cwd: string;
  readonly home: string;
  /** The definitions that come with the program; asked for once. */
  readonly builtIns: () => Promise<Shelf>;
  readonly knownTools: readonly string[];
};

type Found = { readonly agents: readonly AgentDefinition[]; readonly problems: readonly DefinitionProblem[] };

/**
 * What can be spawned in a workspace. A look at the disk reads only what changed. Looks follow one another; calls that come while
 * one is under way share the next, which sees everything that was on disk when they came.
 */
export function createAgents({ files, cwd, home, builtIns, knownTools }: AgentsOptions): Agents {
  const memory: Memory = new Map();
  let ownShelf: Promise<Shelf> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<Found> | undefined;
  const lookNow = async (): Promise<Found> => {
    next = undefined;
    ownShelf ??= builtIns();
    const shelves = await readPlaces({ files, knownTools, memory }, await definitionPlaces(files, cwd, home));
    return layered([...shelves, await ownShelf]);
  };
  const look = () => {
    next ??= current.then(lookNow, lookNow);
    current = next;
    return next;
  };
  return {
    list: look,
    refresh() {
      memory.clear();
      return look();
    },
  };
}

/** Lays shelves over one another, nearest first: the nearest definition of a name wins, one without a prompt changes the next one below. */
function layered(shelves: readonly Shelf[]): Found {
  const agents = new Map<string, AgentDefinition>();
  const problems: DefinitionProblem[] = [];
  for (const shelf of shelves.toReversed()) {
    for (const draft of shelf.drafts) {
      const definition = completeDraft(draft, agents.get(draft.name));
      if (definition) agents.set(draft.name, definition);
      if (!definition) problems.push(nothingToOverlay(draft));
    }
  }
  for (const shelf of shelves) problems.push(...shelf.problems);
  return { agents: [...agents.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}
