import type { Desk } from '../desk.ts';

/** What a line that begins with a slash does. */
export type SlashCommand = {
  /** Without the slash. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What stands after it: `<id>`, `[<handle>]`; empty: nothing may. */
  readonly takes: string;
  readonly summary: string;
  /** AppError tells the person what is wrong. */
  readonly run: (desk: Desk, rest: string) => Promise<void> | void;
};
