import type { ToolCall } from '../core/entry.ts';
import type { LaneId } from '../core/ids.ts';
import { judgeCall } from '../engine/judge-call.ts';
import type { Policy } from '../permissions/policy.ts';
import { parseInput } from '../tools/spec.ts';
import type { Preview } from '../tools/tool.ts';
import { type KindOfUse, kindOfUse } from './kind-of-use.ts';
import type { OpenChat } from './open-chat.ts';
import { taskPolicies } from './task-policies.ts';

/** Who asks people for something, and from where. */
export type Asker = {
  /** What it was sent for; undefined for the conversation itself. */
  readonly task: string | undefined;
  readonly cwd: string;
  /** Works in a folder of its own that goes with the task. */
  readonly isApart: boolean;
  readonly policies: readonly Policy[];
};

export async function askerOf(
  { chat, policy, working: { deps } }: Pick<OpenChat, 'chat' | 'policy' | 'working'>,
  lane: LaneId,
): Promise<Asker> {
  if (lane === 'main') return { task: undefined, cwd: chat.cwd, isApart: false, policies: [policy.policy] };
  const task = await deps.store.task(lane);
  // Nobody who is gone is spared a question.
  if (!task) return { task: lane, cwd: chat.cwd, isApart: false, policies: [] };
  const isApart = task.spec.isolation === 'worktree';
  const cwd = (isApart ? await deps.worktrees.find(task) : undefined) ?? task.spec.cwd;
  const { policies, root } = await taskPolicies(deps, task, cwd);
  return { task: task.description, cwd, isApart, policies: root ? [root, ...policies] : policies };
}

/**
 * The kind of use that a call is of, when allowing that kind would have spared the question: not where the call is asked for whatever rules
 * allow, and not where one of its ancestors forbids more than the rule says.
 */
export function sparedKind(
  { working: { deps } }: Pick<OpenChat, 'working'>,
  asker: Asker,
  call: ToolCall,
): KindOfUse | undefined {
  const use = kindOfUse(call, asker.cwd);
  if (!use) return undefined;
  const rule = { kind: 'allow', source: '', ...use } as const;
  const policies = asker.policies.map(policy => ({ ...policy, rules: [...policy.rules, rule] }));
  const judged = judgeCall({ tools: deps.tools, policies, cwd: asker.cwd, decide: deps.decide }, call);
  return judged.kind === 'judged' && judged.decision.kind === 'allow' ? use : undefined;
}

export type { Preview };

/** What a call would change if it ran now; undefined for calls that cannot show it. */
export async function previewOf(
  { working: { deps } }: Pick<OpenChat, 'working'>,
  { cwd }: Pick<Asker, 'cwd'>,
  call: ToolCall,
): Promise<Preview | undefined> {
  const tool = deps.tools.find(({ name }) => name === call.tool);
  const parsed = tool?.preview && parseInput(tool, call.input);
  return parsed?.ok ? tool?.preview?.(parsed.input, cwd) : undefined;
}
