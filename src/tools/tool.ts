import type * as z from 'zod';
import type { Access } from '../core/access.ts';
import type { ChatId, LaneId, TaskId, TurnId } from '../core/ids.ts';
import type { ToolInput } from './input.ts';

export type ToolResult = {
  /** What the model reads. Cut to `limits.toolResultChars` by the loop. */
  readonly text: string;
  readonly isError?: boolean | undefined;
  /** For people: JSON that the faces know how to draw (`{kind:'diff',…}`, `{kind:'command',…}`). */
  readonly display?: unknown;
  /** Ended tasks whose result this is: their notification counts as delivered in the commit of this result. */
  readonly delivers?: readonly TaskId[] | undefined;
};

/** What the lane remembers of files between calls: enough to notice that somebody else changed one. */
export interface FileLedger {
  /** Fingerprint at the last read or write by this lane. */
  seen(path: string): string | undefined;
  saw(path: string, fingerprint: string): void;
}

export type Question = {
  readonly question: string;
  readonly options: readonly string[];
  readonly allowsOther: boolean;
};
export type QuestionAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'nobody'; readonly message: string };

export type ToolContext = {
  readonly signal: AbortSignal;
  readonly chatId: ChatId;
  readonly lane: LaneId;
  readonly turnId: TurnId;
  readonly callId: string;
  /** True when the call was in flight at a crash and is made again. */
  readonly isRepeat: boolean;
  /** Absolute, real path of the lane's workspace. */
  readonly cwd: string;
  readonly files: FileLedger;
  /** Live output for people; not kept. */
  readonly progress: (text: string) => void;
  /** Asks whoever watches the root chat. */
  readonly ask: (question: Question) => Promise<QuestionAnswer>;
};

/** Lines of a change as `diff` gives them: each begins with its sign. */
export type Hunk = {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
};
/** What a call would do to a file if it ran now, whole. `refused`: what keeps it from doing anything. */
export type Preview =
  | { readonly kind: 'diff'; readonly path: string; readonly isNew: boolean; readonly hunks: readonly Hunk[] }
  | { readonly kind: 'refused'; readonly path: string; readonly message: string };

export type Tool<S extends z.ZodObject = z.ZodObject> = {
  readonly name: string;
  /** What the model is told. */
  readonly prompt: string;
  readonly input: ToolInput<S>;
  readonly access: Access;
  /** What permission patterns are matched against. Default: nothing. Paths absolute. */
  readonly subjects?: (input: z.infer<S>, cwd: string) => readonly string[];
  /** Narrows `access` for one call, e.g. a command that only reads. */
  readonly accessOf?: (input: z.infer<S>, cwd: string) => Access;
  /** Calls of one step that name the same resource run in the order of the answer; all others side by side. */
  readonly resource?: (input: z.infer<S>, cwd: string) => string | undefined;
  /** A call in flight at a crash is made again (it only reads, or it finds its own earlier work by `callId`). Default: access `none` or `read`. */
  readonly isRepeatable?: boolean;
  /** For people who are asked about a call. Changes nothing, and takes the access that `run` would. */
  readonly preview?: (input: z.infer<S>, cwd: string) => Promise<Preview>;
  readonly run: (input: z.infer<S>, context: ToolContext) => Promise<ToolResult>;
};

/** A list of tools with different inputs. The loop parses the input by `input` before any other member is called. */
// biome-ignore lint/suspicious/noExplicitAny: the input's type is known to the tool alone; the loop gives it only what its own schema returned
export type AnyTool = Tool<any>;

/** Narrowest helper there is: infers the schema's type for a literal. */
export function defineTool<S extends z.ZodObject>(tool: Tool<S>): AnyTool {
  return tool;
}
