import * as z from 'zod';
import type { Entry } from '../core/entry.ts';
import type { Vitals } from '../core/ground.ts';
import type { ChatId, InboxId } from '../core/ids.ts';
import type { InboxRow, Task } from '../store/rows.ts';

export type FaultName = 'dropped' | 'throttled' | 'slowAnswers' | 'slowTools';

/** A line that a process of a rehearsal writes as soon as it is true: what had been acknowledged when it was killed. */
export type Said =
  | { readonly kind: 'opened'; readonly chatId: ChatId }
  | { readonly kind: 'sent'; readonly inboxId: InboxId }
  | { readonly kind: 'committed'; readonly entry: Entry }
  /** A request has gone out; `key` tells requests apart. */
  | { readonly kind: 'asked'; readonly dialogue: string; readonly key: string }
  /** The whole answer has come back, with its tokens. */
  | { readonly kind: 'replied'; readonly dialogue: string; readonly key: string; readonly tokens: number }
  | { readonly kind: 'fault'; readonly fault: FaultName }
  | { readonly kind: 'tool'; readonly phase: 'began' | 'ended'; readonly dialogue: string; readonly callId: string }
  /** A chat did not come to rest in time. */
  | { readonly kind: 'stuck'; readonly chatId: ChatId }
  /** What the store holds of a chat that was closed. */
  | ({ readonly kind: 'held' } & Held)
  | ({ readonly kind: 'vitals' } & Vitals)
  | { readonly kind: 'done'; readonly steps: number };

export type Held = {
  readonly chatId: ChatId;
  readonly entries: readonly Entry[];
  readonly tasks: readonly Task[];
  /** What still waits in the inboxes of its lanes. */
  readonly waiting: readonly InboxRow[];
};

const line = z.looseObject({ kind: z.string() });

/** Undefined for a line that is none of ours: what a crash or the runtime itself wrote. */
export function parseSaid(text: string): Said | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    // Written by this very program a moment ago: its shape is checked no further.
    return line.parse(JSON.parse(text)) as Said;
  } catch {
    return undefined;
  }
}

export const dialogueOf = (chatId: string, lane: string): string => `${chatId}/${lane}`;
