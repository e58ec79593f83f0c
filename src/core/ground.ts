import type { Agents } from './agent.ts';
import type { Limits } from './limits.ts';
import type { Clock, Files, RunningProcess } from './ports.ts';
import type { Usage } from './usage.ts';

export type AgainOptions = {
  readonly cwd: string;
  /** Beside the `PATH` of tools: all that the process finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Both outputs as they come. */
  readonly onOutput: (chunk: string) => void;
};

export type Vitals = {
  /** Bytes of the heap after a collection. */
  readonly heapBytes: number;
  /** What keeps the process alive, by kind: timers, sockets, children. */
  readonly handles: Readonly<Record<string, number>>;
};

/** Configuration and machine, without a store: for what must not touch the user's own. Made by `ground.ts`. */
export type Ground = {
  readonly files: Files;
  readonly clock: Clock;
  /** Absolute, real path of the working directory. */
  readonly workspace: string;
  readonly home: string;
  readonly configDir: string;
  readonly limits: Limits;
  /** Where each limit that was changed was set: `<path>:<line>`. */
  readonly limitSources: Readonly<Partial<Record<keyof Limits, string>>>;
  /** `auto`: by whether the output is a terminal. */
  readonly color: 'auto' | 'never' | 'always';
  /** The model that was asked for; absent when nobody chose. */
  readonly model: string | undefined;
  readonly agents: Agents;
  /** US dollars of one request by the catalogue and the settings; undefined without a price. */
  readonly costOf: (model: string, usage: Usage) => number | undefined;
  /** An empty folder of its own outside of every workspace. */
  readonly makeScratch: () => Promise<string>;
  /** Copies a folder without its links. AppError `bad-input` when it is larger than `maxBytes`. */
  readonly copyTree: (from: string, to: string, maxBytes: number) => Promise<void>;
  /** Starts this program as a child with other arguments. */
  readonly again: (args: readonly string[], options: AgainOptions) => RunningProcess;
  /** Living processes, this one left out, whose working directory is below `folder`: number and command. */
  readonly processesIn: (folder: string) => readonly string[];
  /** Ends this process as a crash does: no handler runs, nothing is written. */
  readonly crash: () => void;
  readonly vitals: () => Vitals;
  readonly newSeed: () => number;
};
