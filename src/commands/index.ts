import type { Subcommand } from './command.ts';

/** Every subcommand, in the order of the help. */
export const subcommands: readonly Subcommand[] = [];
