import type { Access } from '../core/access.ts';

/** `ask`: what changes something is asked. `accept-edits`: edits in the workspace are not asked. `plan`: nothing may change. `bypass`: nothing is asked. */
export type PermissionMode = 'plan' | 'ask' | 'accept-edits' | 'bypass';

/** From the narrowest to the widest. */
export const permissionModes: readonly PermissionMode[] = ['plan', 'ask', 'accept-edits', 'bypass'];

export type RuleKind = 'allow' | 'ask' | 'deny';
export type Rule = {
  readonly kind: RuleKind;
  readonly tool: string /** Absent: every use of the tool. */;
  readonly pattern?: string | undefined;
  readonly source: string;
};

export type Policy = {
  /** Tools that there are, as names and patterns like `mcp__server__*`; absent: all of them. Read where a lane gets its tools. */
  readonly tools?: readonly string[] | undefined;
  /** Likewise, tools that are taken away. */
  readonly withoutTools?: readonly string[] | undefined;
  readonly mode: PermissionMode;
  readonly rules: readonly Rule[];
  /** Where edits count as inside the workspace. Absolute, real paths. */
  readonly roots: readonly string[];
  /** Uses of these tools are limited to these patterns; every other use of a tool named here is denied. Absent: no such limit. */
  readonly only?: readonly { readonly tool: string; readonly pattern: string }[] | undefined;
};

export type CallToJudge = {
  readonly tool: string;
  readonly access: Access;
  /** What patterns are matched against: the command, the real path, the URL. */
  readonly subjects: readonly string[];
};

export type Decision =
  | { readonly kind: 'allow'; readonly reason: string }
  | { readonly kind: 'ask'; readonly reason: string }
  | { readonly kind: 'deny'; readonly reason: string };

/** Decides one call. Pure. The policies are those of the lane and of each of its ancestors: the strictest decision counts. */
export type Decide = (call: CallToJudge, policies: readonly Policy[]) => Decision;
