import type { Entry, PolicyChange } from '../core/entry.ts';
import { isFault } from '../core/error.ts';
import type { ChatId } from '../core/ids.ts';
import type { Log } from '../core/ports.ts';
import type { PermissionMode, Policy, Rule } from '../permissions/policy.ts';
import type { Reader, Store } from '../store/store.ts';

/** What people changed in a chat of what is permitted there. */
export type ChatChanges = { readonly mode: PermissionMode | undefined; readonly allowed: readonly Rule[] };

export const noChanges: ChatChanges = { mode: undefined, allowed: [] };
/** How rules of a chat are named where they are shown. */
export const ofThisChat = 'this chat';

export function reduceChanges(changes: ChatChanges, entry: Entry): ChatChanges {
  return entry.type === 'policy:changed' ? changed(changes, entry.change) : changes;
}

function changed(changes: ChatChanges, change: PolicyChange): ChatChanges {
  if (change.kind === 'mode') return { ...changes, mode: change.mode };
  const { tool, pattern } = change;
  const others = changes.allowed.filter(rule => rule.tool !== tool || rule.pattern !== pattern);
  if (change.kind === 'forget') return { ...changes, allowed: others };
  if (others.length < changes.allowed.length) return changes;
  const rule: Rule = { kind: 'allow', tool, source: ofThisChat, ...(pattern === undefined ? {} : { pattern }) };
  return { ...changes, allowed: [...others, rule] };
}

/** The mode of a chat. `bypass` is never had by a change: only the start of a program gives it. */
export function modeWith(policy: Pick<Policy, 'mode'>, { mode }: Pick<ChatChanges, 'mode'>): PermissionMode {
  return mode === undefined || mode === 'bypass' ? policy.mode : mode;
}

/** The changes of a chat that is not open here, as they are now. */
export async function readChanges(store: Pick<Reader, 'entries'>, chatId: ChatId): Promise<ChatChanges> {
  return (await store.entries(chatId, changesAfter(0))).reduce(reduceChanges, noChanges);
}

function changesAfter(seq: number) {
  return { lane: 'main', type: 'policy:changed', after: seq } as const;
}

export type ChatPolicy = {
  /** Reads what it is at the moment of each look: it can change in the middle of a turn. */
  readonly policy: Policy;
  readonly changes: () => ChatChanges;
  /** Takes in what other processes wrote. */
  readonly refresh: () => Promise<void>;
  /** Another mode in this process alone, until somebody changes it in the chat. */
  readonly hold: (mode: PermissionMode) => void;
  /** Hears of every change. Returns what ends it. */
  readonly listen: (listener: () => void) => () => void;
  readonly close: () => void;
};

export type ChatPolicyOptions = {
  readonly chatId: ChatId;
  /** What the program permits; may change while it runs. */
  readonly base: Policy;
  /** Nobody has changed anything yet. */
  readonly isNew: boolean;
};

/** The policy of a chat as it is now: the program's, and what people changed in this chat. A change acts when it is committed, those of other processes when they are seen. */
export function createChatPolicy(
  { store, log }: { readonly store: Pick<Store, 'onChange'> & Pick<Reader, 'entries' | 'chat'>; readonly log: Log },
  { chatId, base, isNew }: ChatPolicyOptions,
): ChatPolicy {
  const listeners = new Set<() => void>();
  let changes = noChanges;
  let held: PermissionMode | undefined;
  let modeSeq = 0;
  let seq = 0;
  let isBehind = !isNew;
  let reading: Promise<void> | undefined;

  function learn(entries: readonly Entry[]): void {
    const next = entries.reduce(reduceChanges, changes);
    if (next === changes) return;
    changes = next;
    const newest = entries.findLast(entry => entry.type === 'policy:changed' && entry.change.kind === 'mode');
    // Entries may be read again that were heard of when they were committed.
    if (newest && newest.seq > modeSeq) {
      modeSeq = newest.seq;
      held = undefined;
    }
    tell();
  }

  function tell(): void {
    for (const notify of listeners) notify();
  }

  async function read(): Promise<void> {
    while (isBehind) {
      isBehind = false;
      const through = (await store.chat(chatId))?.lastSeq ?? 0;
      if (through <= seq) continue;
      learn(await store.entries(chatId, { ...changesAfter(seq), through }));
      seq = through;
    }
  }

  function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  const off = store.onChange(change => {
    if (change.kind === 'committed') return learn(change.entries.filter(entry => entry.chatId === chatId));
    isBehind = true;
    refresh().catch(error => {
      // It is read again before the next turn, which fails loudly.
      isBehind = true;
      if (!isFault(error)) throw error;
      log.error('what is permitted in a chat cannot be read', { chat: chatId, error: error.message });
    });
  });
  return {
    policy: {
      ...base,
      get mode() {
        return held ?? modeWith(base, changes);
      },
      get rules() {
        return [...base.rules, ...changes.allowed];
      },
    },
    changes: () => changes,
    refresh,
    hold(mode) {
      held = mode;
      tell();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: off,
  };
}
