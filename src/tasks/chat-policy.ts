import type { Entry } from '../core/entry.ts';
import type { ChatId } from '../core/ids.ts';
import type { Policy, Rule } from '../permissions/policy.ts';
import type { Reader, Store } from '../store/store.ts';

/** What people changed in a chat of what is permitted there. */
export type ChatChanges = { readonly mode: Policy['mode'] | undefined; readonly allowed: readonly Rule[] };

export const noChanges: ChatChanges = { mode: undefined, allowed: [] };
/** How rules of a chat are named where they are shown. */
const source = 'this chat';

export function reduceChanges(changes: ChatChanges, entry: Entry): ChatChanges {
  if (entry.type !== 'policy:changed') return changes;
  const { change } = entry;
  if (change.kind === 'mode') return { ...changes, mode: change.mode };
  const { tool, pattern } = change;
  const isKnown = changes.allowed.some(rule => rule.tool === tool && rule.pattern === pattern);
  const rule: Rule = { kind: 'allow', tool, source, ...(pattern === undefined ? {} : { pattern }) };
  return isKnown ? changes : { ...changes, allowed: [...changes.allowed, rule] };
}

/** A policy with the changes of a chat. `bypass` is never had by a change: only the start of a program gives it. */
export function withChanges(policy: Policy, { mode, allowed }: ChatChanges): Policy {
  const isOwn = mode !== undefined && (mode !== 'bypass' || policy.mode === 'bypass');
  return { ...policy, mode: isOwn ? mode : policy.mode, rules: [...policy.rules, ...allowed] };
}

export type ChatPolicy = {
  /** Reads what it is at the moment of each look: it can change in the middle of a turn. */
  readonly policy: Policy;
  readonly changes: () => ChatChanges;
  /** Takes in what other processes wrote. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
};

/** The policy of a chat as it is now: the program's, and what people changed in this chat. `isNew`: nobody has yet. */
export function createChatPolicy(
  store: Pick<Store, 'onChange'> & Pick<Reader, 'entries'>,
  chatId: ChatId,
  base: Policy,
  isNew: boolean,
): ChatPolicy {
  let changes = noChanges;
  let effective = base;
  let seq = 0;
  let isBehind = !isNew;

  function learn(entry: Entry): void {
    const next = reduceChanges(changes, entry);
    if (next === changes) return;
    changes = next;
    effective = withChanges(base, changes);
  }

  const close = store.onChange(change => {
    if (change.kind === 'elsewhere') isBehind = true;
    else for (const entry of change.entries) if (entry.chatId === chatId) learn(entry);
  });
  return {
    policy: {
      ...base,
      get mode() {
        return effective.mode;
      },
      get rules() {
        return effective.rules;
      },
    },
    changes: () => changes,
    async refresh() {
      if (!isBehind) return;
      isBehind = false;
      const entries = await store.entries(chatId, { lane: 'main', type: 'policy:changed', after: seq });
      seq = entries.at(-1)?.seq ?? seq;
      for (const entry of entries) learn(entry);
    },
    close,
  };
}
