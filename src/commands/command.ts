import type { Command } from 'commander';
import type { Ground } from '../core/ground.ts';
import type { OnExit } from '../core/on-exit.ts';
import type { Io } from '../core/ports.ts';
import type { Program, Rehearsal } from '../tasks/program.ts';

/** What the command line says of the configuration; see `ConfigFlags`. */
export type GlobalFlags = {
  readonly model?: string | undefined;
  readonly permissionMode?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly ask?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
  readonly onExit?: OnExit | undefined;
  readonly isScreenReader?: boolean | undefined;
};

/** What a subcommand works with. It returns its exit code, or throws AppError. */
export type CommandContext = {
  readonly io: Io;
  /** Opens configuration and store; closed by `main.ts` when the command is over. Called at most once. */
  readonly open: (flags?: GlobalFlags, rehearsal?: Rehearsal) => Promise<Program>;
  /** Reads the configuration and opens nothing. */
  readonly ground: () => Promise<Ground>;
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** The command line without a subcommand, for help and completion. */
  readonly main: () => Command;
  /** Sets what the process ends with; 0 when nobody does. */
  readonly exit: (code: number) => void;
};

/** A subcommand as the list knows it: its file is loaded only when it is called. */
export type Subcommand = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(context: CommandContext) => Command>;
};
