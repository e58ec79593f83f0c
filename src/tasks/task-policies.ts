import { narrower } from '../permissions/mode.ts';
import type { Policy, Rule } from '../permissions/policy.ts';
import type { Task } from '../store/rows.ts';
import { ofThisChat, readChanges } from './chat-policy.ts';
import type { TaskDeps } from './task-deps.ts';

export type TaskPolicies = {
  /** From its spawn: those of its ancestors and its own, outermost first. */
  readonly policies: readonly Policy[];
  /** That of the main lane as it is at each look; undefined where the chat is not open in this process. */
  readonly root: Policy | undefined;
};

/**
 * Under what a task works in `cwd` (S12). What people allowed in the chat since it was spawned spares a question; what is denied, the modes
 * and what its definition narrowed still go before. Where the chat is open that holds as it is at each decision, elsewhere as it was when
 * the attempt began.
 */
export async function taskPolicies(
  deps: Pick<TaskDeps, 'store' | 'allowedInChat' | 'rootPolicy'>,
  { chatId, spec }: Pick<Task, 'chatId' | 'spec'>,
  cwd: string,
): Promise<TaskPolicies> {
  // Its workspace is the worktree alone: what its parent may do in the workspace it may do there, and nothing outside.
  const isApart = spec.isolation === 'worktree';
  const own = spec.policies.map(policy => ({
    ...policy,
    roots: isApart ? [cwd] : policy.roots,
    // What was allowed in the chat by then may have been taken back.
    rules: policy.rules.filter(rule => rule.source !== ofThisChat),
  }));
  const root = deps.rootPolicy?.(chatId);
  if (deps.allowedInChat?.(chatId) !== undefined) {
    const policies = own.map(policy => withRules(policy, () => deps.allowedInChat?.(chatId) ?? []));
    return { policies, root: root && isApart ? nowIn(root, cwd) : root };
  }
  const { mode, allowed } = await readChanges(deps.store, chatId);
  const policies = own.map(policy => ({
    ...policy,
    mode: mode === undefined ? policy.mode : narrower(policy.mode, mode),
    rules: [...policy.rules, ...allowed],
  }));
  return { policies, root };
}

function withRules(policy: Policy, allowed: () => readonly Rule[]): Policy {
  return {
    ...policy,
    get rules() {
      return [...policy.rules, ...allowed()];
    },
  };
}

/** A policy as it is at each decision, with another workspace: its mode and its rules may change while it is held. */
function nowIn(policy: Policy, cwd: string): Policy {
  const { only, tools, withoutTools } = policy;
  return {
    roots: [cwd],
    only,
    tools,
    withoutTools,
    get mode() {
      return policy.mode;
    },
    get rules() {
      return policy.rules;
    },
  };
}
