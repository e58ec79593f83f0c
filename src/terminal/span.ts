import type { Role } from './theme.ts';

/** A piece of a line that is drawn in one way; its text is safe to print. `\n` stands for a line break. */
export type Span = { readonly text: string; readonly roles: readonly Role[]; readonly href?: string | undefined };

/** What colours the lines of one piece of code. They must come in order: comments and strings go on. */
export type Painter = { readonly paint: (line: string) => readonly Span[] };
