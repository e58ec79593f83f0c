import type { Display } from '../core/display.ts';
import type { UserId } from '../core/ids.ts';
import type { Limits } from '../core/limits.ts';
import type { OnExit } from '../core/on-exit.ts';
import type { Files, ProcessEnd } from '../core/ports.ts';
import type { Model } from '../models/model.ts';
import type { Policy } from '../permissions/policy.ts';
import type { Store } from '../store/store.ts';
import type { AnyTool } from '../tools/tool.ts';
import type { BaseDeps } from './working.ts';

/** A provider of models, as far as subcommands may know it: without its key. */
export type ProviderView = {
  readonly name: string;
  /** What keeps it from being used: a sentence for people. */
  readonly problem: string | undefined;
  /** A server of the user's own machine. */
  readonly isLocal: boolean;
  /** Its models, without the provider. AppError `bad-input` when it is not set up, `provider` when it does not answer. */
  readonly list: (
    signal: AbortSignal,
    timeoutMs?: number,
  ) => Promise<{ readonly models: readonly string[]; readonly source: 'endpoint' | 'known' }>;
};

/** A program with its store open: what faces and subcommands stand on. Made by `wire.ts`. */
export type Program = {
  readonly base: BaseDeps;
  readonly store: Store;
  readonly files: Files;
  readonly limits: Limits;
  readonly user: UserId;
  readonly pid: number;
  readonly host: string;
  /** Absolute, real path of the working directory. */
  readonly workspace: string;
  readonly home: string;
  readonly stateDir: string;
  readonly configDir: string;
  readonly cacheDir: string;
  readonly userSettingsPath: string;
  readonly providers: readonly ProviderView[];
  /** The search program that Grep and Glob run. */
  readonly ripgrepPath: string;
  readonly version: string;
  /** Of the machine, as Europe/Berlin. */
  readonly timeZone: string;
  /** For people: `node v24.1.0, linux x64`. */
  readonly runtime: string;
  /** What is permitted in every chat; rules that are added to the user's settings are in it at once. */
  readonly policy: Policy;
  /** The mode that this run was told to begin with, in whatever chat; undefined: nobody said. */
  readonly modeAsked: Policy['mode'] | undefined;
  /** `auto`: by whether the output is a terminal. */
  readonly color: 'auto' | 'never' | 'always';
  readonly display: Display;
  readonly lateNotifications: 'turn' | 'wait';
  readonly onExit: OnExit;
  /** Lines for people about the configuration: what was not understood or does not act. */
  readonly warnings: readonly string[];
  /**
   * The model to work with and where the choice comes from; asked for when it is needed, since it may have to look for local servers.
   * `isFallback`: nothing better was found, it is the demo.
   */
  readonly chooseModel: () => Promise<{ readonly handle: string; readonly why: string; readonly isFallback: boolean }>;
  /** Runs a program in the workspace, as the person's own: without a question, and with what tools may see of the environment. Output is bounded. */
  readonly run: (command: string, args: readonly string[], signal?: AbortSignal) => Promise<ProcessEnd>;
  /** Changes the user's own settings. AppError `bad-input` or `store` when they cannot be written; then nothing is changed. */
  readonly settings: {
    /** Adds a rule as settings spell it, `Bash(npm test)`, to what is allowed: in this process at once, in others from their next start on. */
    readonly allow: (rule: string) => Promise<void>;
    readonly set: (key: 'theme' | 'model', value: string) => Promise<void>;
  };
  /** Starts `legwork <args>` as a process of its own that outlives this one; what it says goes to `log`. AppError `store` when it does not start. */
  readonly detach: (args: readonly string[]) => Promise<{ readonly pid: number; readonly log: string }>;
  /** Hears, in a sentence for people, that nothing can be stored for a while (a full disk). */
  readonly onTrouble: (listener: (message: string) => void) => void;
  close(): Promise<void>;
};

/** What a rehearsal (`doctor --chaos`) puts around the ports of a program. */
export type Rehearsal = {
  /** The playbook that plays every model, whatever handle is asked for. */
  readonly handle: string;
  /** Around one attempt, so that what it breaks is retried as with a provider. */
  readonly model: (model: Model) => Model;
  readonly tools: (tools: readonly AnyTool[]) => readonly AnyTool[];
};
