import type { PermissionMode, Rule } from '../permissions/policy.ts';
import { spelt } from './kind-of-use.ts';
import type { OpenChat } from './open-chat.ts';

/** What is permitted in a chat, for people: rules in the order in which they are looked at. */
export type PermissionRows = {
  readonly mode: PermissionMode;
  readonly rules: readonly {
    readonly kind: Rule['kind'];
    /** As settings spell it. */
    readonly rule: string;
    readonly source: string;
    /** It can be taken back in this chat. */
    readonly isOfChat: boolean;
  }[];
};

const order: readonly Rule['kind'][] = ['deny', 'ask', 'allow'];

export function permissionRows({ policy }: Pick<OpenChat, 'policy'>): PermissionRows {
  const { mode, rules } = policy.policy;
  const ofChat = new Set(policy.changes().allowed);
  const rows = rules.map(rule => ({
    kind: rule.kind,
    rule: spelt(rule),
    source: rule.source,
    isOfChat: ofChat.has(rule),
  }));
  return { mode, rules: order.flatMap(kind => rows.filter(row => row.kind === kind)) };
}
