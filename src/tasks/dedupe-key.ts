import { hash } from 'node:crypto';
import type { ChatId } from '../core/ids.ts';

export type DedupeFacts = {
  readonly instruction: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent: the task makes a chat of its own. */
  readonly chatId?: ChatId | undefined;
};

/** The same for two tasks that ask for the same (T7): instruction without outer white space, metadata in any order, chat. */
export function dedupeKeyOf({ instruction, metadata, chatId }: DedupeFacts): string {
  const pairs = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([instruction.trim(), pairs, chatId ?? null]), 'base64url');
}
